import { readSync, writeSync } from "node:fs";

/** Bytes of one call: Node throws where a call is for 2 GiB or more. */
const MOST_BYTES = 2 ** 30;

/** Fills `into` with the bytes from `position` on. Gives how many there were, fewer only where the file ends. */
export function readWhole(fd: number, into: Uint8Array, position: number, most = MOST_BYTES): number {
  let done = 0;
  while (done < into.byteLength) {
    const got = readSync(fd, into, done, Math.min(into.byteLength - done, most), position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}

/** Writes all of `bytes` from `position` on, or where the file stands if that is null. */
export function writeWhole(fd: number, bytes: Uint8Array, position: number | null, most = MOST_BYTES): void {
  for (let done = 0; done < bytes.byteLength; ) {
    const at = position === null ? null : position + done;
    done += writeSync(fd, bytes, done, Math.min(bytes.byteLength - done, most), at);
  }
}
