import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Another machine that shares a folder has processes of its own. */
export function hostMark(): string {
  return hostname().replace(/[^\w-]/g, "");
}

/** `123.45678`: a process, and when it began, where the system says it: number 1 of a container is another one each time. */
export function processMark(): string {
  own ??= [process.pid, beginOf(process.pid)].filter((part) => part !== undefined).join(".");
  return own;
}

let own: string | undefined;

/** Whether the process of a mark is gone. */
export function isGone(mark: string): boolean {
  const [pid, begin] = mark.split(".");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true; // that of another user is alive as well
  }
  const now = begin === undefined ? undefined : beginOf(Number(pid));
  return now !== undefined && now !== begin;
}

/** In ticks of the system's clock since it started; undefined where it has no /proc. Source: proc(5), field 22 of stat. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
