import { sha256 } from "../crypto.js";
import { coldStartLoops } from "../simd/cold-start.js";

const DIGEST_BYTES = 16;

/** `digestOf` some bytes; text is UTF-8. */
export function digest(bytes: string | Uint8Array): string {
  const length = typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length;
  return digestOf(length, (room) => {
    if (typeof bytes === "string") room.write(bytes);
    else room.set(bytes);
    return length;
  });
}

/**
 * 128 bits that tell bytes from others, in 32 hexadecimal digits: of those that `fill` puts into the room it is given,
 * as many as it says, `most` at most. It finds damage and change: MurmurHash3, in 2 ms for the megabyte that a fresh
 * process looks at, where node:crypto takes 7 to load and 5 for SHA-256. Without WebAssembly it is the latter, which
 * merely makes other entries.
 */
export function digestOf(most: number, fill: (room: Buffer) => number): string {
  const loops = coldStartLoops(DIGEST_BYTES + most);
  if (!loops) {
    const room = Buffer.allocUnsafeSlow(most);
    return sha256(room.subarray(0, fill(room))).slice(0, 2 * DIGEST_BYTES);
  }
  const length = fill(Buffer.from(loops.memory.buffer, DIGEST_BYTES, most));
  loops.digest(DIGEST_BYTES, DIGEST_BYTES + length, 0);
  return Buffer.from(loops.memory.buffer).toString("hex", 0, DIGEST_BYTES);
}
