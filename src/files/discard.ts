import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes a file or folder that nobody needs any more. One that the system keeps is no reason for anything to fail. */
export function discard(path: string): void {
  if (isRemoved(path)) return;
  openFolders(path); // from one that may not be written to nothing can be removed
  isRemoved(path);
}

function isRemoved(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function openFolders(path: string): void {
  try {
    chmodSync(path, 0o700);
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) openFolders(join(path, entry.name));
    }
  } catch {
    // It stays.
  }
}
