import type { LevelCodes } from "../../columns/table.js";
import { coldStartLoops, loopsAround } from "../../simd/cold-start.js";

/**
 * The rows whose code is another than that of the row before; the first row is none. A fresh process compares 14 million
 * rows before V8 has compiled a loop well: 16-bit codes, which large files have, are compared eight at a time.
 */
export function changes(codes: LevelCodes): ArrayLike<number> {
  const compared = compareEight(codes);
  if (compared) return compared;
  const rows: number[] = [];
  for (let row = 1; row < codes.length; row++) if (codes[row] !== codes[row - 1]) rows.push(row);
  return rows;
}

/** Codes that are compared at once, and those for which it is not worth compiling. */
const MOST_CODES = 1 << 18;
const FEW_CODES = 1 << 14;

/** Undefined where the loop is to be used: other codes, too few or too many of them, no such instructions. */
function compareEight(codes: LevelCodes): Uint32Array | undefined {
  if (!(codes instanceof Int16Array) || codes.length < FEW_CODES || codes.length > MOST_CODES)
    return undefined;
  const there = loopsAround(codes);
  const loops = there ?? coldStartLoops(6 * MOST_CODES);
  if (!loops) return undefined;
  // Where the codes lie, and where what is found goes: at most four bytes a code, twice the bytes of the codes.
  const [from, out] = there ? [codes.byteOffset, 0] : [4 * MOST_CODES, 0];
  if (!there) new Int16Array(loops.memory.buffer, from, codes.length).set(codes);
  // The last codes, up to eight with no whole vector of successors, are compared here.
  const whole = (codes.length - 1) & ~7;
  const end = loops.changes(from, from + 2 * whole, out);
  const found = new Uint32Array(loops.memory.buffer, out, codes.length);
  let count = (end - out) / 4;
  for (let i = 0; i < count; i++) found[i]! -= from / 2 - 1; // from the code before, counted from 0, to the row
  for (let row = whole + 1; row < codes.length; row++)
    if (codes[row] !== codes[row - 1]) found[count++] = row;
  return found.slice(0, count);
}
