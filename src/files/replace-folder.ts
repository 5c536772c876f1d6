import { renameSync } from "node:fs";
import { discard } from "./discard.js";
import { isSystemError } from "./file-access.js";
import { nameBeside } from "./leftovers.js";

/** So often may writers of one target meet before it is an error. */
const MOST_TRIES = 100;

/**
 * Lets a finished folder take the place of what is at `path`. A folder cannot be renamed over another: the old one steps
 * aside first, and comes back if the new one cannot; if the process is killed in between, the next that opens or writes
 * `path` finds it (`restoreReplaced`). Of several writers the last one's stays.
 */
export function replaceFolder(path: string, finished: string): void {
  for (let tries = 1; ; tries++) {
    const old = stepAside(path);
    try {
      renameSync(finished, path);
      if (old !== undefined) discard(old);
      return;
    } catch (error) {
      const isMet = isSystemError(error) && ["ENOTEMPTY", "EEXIST"].includes(error.code ?? "");
      if (isMet && tries < MOST_TRIES) {
        if (old !== undefined) discard(old); // another writer's took its place
        continue;
      }
      if (old !== undefined) renameSync(old, path);
      throw error;
    }
  }
}

/** The name under which what was at `path` is now; undefined where there was nothing. */
function stepAside(path: string): string | undefined {
  const old = nameBeside(path, "old");
  try {
    renameSync(path, old);
    return old;
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}
