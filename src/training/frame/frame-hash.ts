import { createHash } from "node:crypto";
import type { Cells } from "./block.js";
import type { Frame } from "./frame.js";

/** Cells hashed at a time: what rows of other blocks lie between is left out. */
const SLAB_ROWS = 1 << 14;

/** SHA-256 of a frame's keys, names and cells, group by group: the same where two frames hold the same. */
export function frameHash(frame: Frame): string {
  const hash = createHash("sha256");
  const { index } = frame;
  hash.update(
    JSON.stringify([
      index.instruments,
      [...frame.blocks].map(([group, { names, type }]) => [group, names, type]),
    ]),
  );
  hash.update(bytes(index.datetimes));
  hash.update(bytes(index.codesOf(0, index.rowCount)));
  for (const block of frame.blocks.values()) {
    const { cells, rows } = block.stored();
    const { width, rowCount } = block;
    for (let first = 0; first < rowCount; first += SLAB_ROWS) {
      const last = Math.min(first + SLAB_ROWS, rowCount);
      if (!rows) hash.update(bytes(cells.subarray(first * width, last * width)));
      else
        for (let i = first; i < last; i++)
          hash.update(bytes(cells.subarray(rows[i]! * width, (rows[i]! + 1) * width)));
    }
  }
  return hash.digest("hex");
}

function bytes({ buffer, byteOffset, byteLength }: Cells | BigInt64Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
