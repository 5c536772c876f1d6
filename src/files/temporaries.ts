import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { uniqueSuffix } from "../crypto.js";
import { discard } from "./discard.js";

/** What this process is writing and has not finished, and what it uses meanwhile. */
const unfinished = new Set<string>();
let tell: (isWriting: boolean) => void = () => undefined;

/**
 * Runs `use` with the name of a file or folder beside `path` that no other has, and removes what is left there when it
 * ends. What writes of the same `path` left whose processes are gone, killed or out of power, goes first.
 */
export async function withTemporary<T>(path: string, use: (temporary: string) => Promise<T>): Promise<T> {
  sweep(path);
  const temporary = nameBeside(path, "tmp");
  unfinished.add(temporary);
  tell(true);
  try {
    return await use(temporary);
  } finally {
    discard(temporary);
    unfinished.delete(temporary);
    tell(unfinished.size > 0);
  }
}

/** Calls `listener` when a first temporary comes and when the last is gone: whoever ends the process has to know. */
export function watchTemporaries(listener: (isWriting: boolean) => void): void {
  tell = listener;
}

/** Removes what this process is writing; for when it ends before the writes do. */
export function discardTemporaries(): void {
  for (const temporary of unfinished) discard(temporary);
}

/** `.c.csv.host-123-0a1b2c3d4e5f.tmp`: whose it is can be told from the name. */
export function nameBeside(path: string, mark: string): string {
  return join(dirname(path), `.${basename(path)}.${host()}-${process.pid}-${uniqueSuffix()}.${mark}`);
}

/** Another machine that shares the folder has processes of its own. */
function host(): string {
  return hostname().replace(/[^\w-]/g, "");
}

function sweep(path: string): void {
  const start = `.${basename(path)}.${host()}-`;
  for (const name of namesIn(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) discard(join(dirname(path), name));
  }
}

/** A folder that cannot be listed shows in the write. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // that of another user is alive as well
  }
}
