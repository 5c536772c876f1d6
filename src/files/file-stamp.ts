import { statSync } from "node:fs";

/**
 * What tells whether a regular file is still the one it was: any write or replacement moves the time of change, which no
 * program can set. Undefined for what is no regular file, or cannot be looked at.
 */
export function fileStamp(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    const { dev, ino, size, mtimeNs, ctimeNs } = stats;
    return stats.isFile() ? [dev, ino, size, mtimeNs, ctimeNs].join(" ") : undefined;
  } catch {
    return undefined; // reading it says why
  }
}
