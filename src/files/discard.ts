import { rmSync } from "node:fs";

/** Removes a file or folder that nobody needs any more. One that the system keeps is no reason for anything to fail. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It stays.
  }
}
