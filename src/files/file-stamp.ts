import { type BigIntStats, fstatSync, statSync } from "node:fs";

/**
 * What tells a file from any other and from what it was before a write: any write or replacement moves the time of change,
 * which no program can set.
 */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** The stamp of an open file. */
export function handleStamp(fd: number): string {
  return stampOf(fstatSync(fd, { bigint: true }));
}

/** Whether a regular file is still the one it was. Undefined for what is no regular file, or cannot be looked at. */
export function fileStamp(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isFile() ? stampOf(stats) : undefined;
  } catch {
    return undefined; // reading it says why
  }
}
