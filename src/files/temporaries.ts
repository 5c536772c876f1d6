import { discard } from "./discard.js";
import { nameBeside, restoreReplaced, sweepLeftovers } from "./leftovers.js";

/** What this process is writing and has not finished, and what it uses meanwhile. */
const unfinished = new Set<string>();
let tell: (isWriting: boolean) => void = () => undefined;

/**
 * Runs `use` with the name of a file or folder beside `path` that no other has, and removes what is left there when it
 * ends. What writes of the same `path` left whose processes are gone, killed or out of power, is put right first.
 */
export async function withTemporary<T>(path: string, use: (temporary: string) => Promise<T>): Promise<T> {
  restoreReplaced(path);
  sweepLeftovers(path);
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
