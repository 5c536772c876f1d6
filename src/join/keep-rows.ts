import { ensureBytes } from "../simd/load.js";
import { type JoinLoops, joinLoops, LOOPS_BEGIN } from "./join-loops.js";

/** The rows that are kept, and of each array of values those of these rows. */
export interface KeptRows {
  readonly rows: Uint32Array;
  readonly picked: readonly Int32Array[];
}

/** Rows that are gone through at a time: what is laid out for them stays in a core's cache. */
const PIECE_ROWS = 1 << 14;

/**
 * The rows in which none of the `maps` is -1, at most `most`, and `values[k][row]` for each of them. To keep
 * half of 14 million rows with two arrays of values and make their index takes 220 ms, with loops in JavaScript 600.
 */
export function keepRows(
  maps: readonly Int32Array[],
  values: readonly Int32Array[],
  rowCount: number,
  most: number,
): KeptRows {
  const rows = new Uint32Array(most);
  const picked = values.map(() => new Int32Array(most));
  const loops = joinLoops();
  const count = loops
    ? keepInPieces(loops, maps, values, rowCount, rows, picked)
    : keepOneByOne(maps, values, rowCount, rows, picked);
  // What was reserved is held on to only where it is nearly used up.
  const held = <T extends Uint32Array | Int32Array>(all: T): T =>
    (count * 1.1 < most ? all.slice(0, count) : all.subarray(0, count)) as T;
  return { rows: held(rows), picked: picked.map(held) };
}

function keepInPieces(
  { memory, markAbsent, keep, keepNumbers }: JoinLoops,
  maps: readonly Int32Array[],
  values: readonly Int32Array[],
  rowCount: number,
  rows: Uint32Array,
  picked: readonly Int32Array[],
): number {
  const bytes = 4 * PIECE_ROWS;
  const [marks, piece, kept] = [LOOPS_BEGIN, LOOPS_BEGIN + bytes, LOOPS_BEGIN + 2 * bytes];
  ensureBytes(memory, kept + bytes);
  const at = (address: number) => new Int32Array(memory.buffer, address, PIECE_ROWS);
  const [marked, laid, found] = [at(marks), at(piece), at(kept)];
  const numbers = new Uint32Array(memory.buffer, kept, PIECE_ROWS); // of one type with `rows`, to be copied at once
  let count = 0;
  for (let first = 0; first < rowCount; first += PIECE_ROWS) {
    const last = Math.min(first + PIECE_ROWS, rowCount);
    const whole = (last - first + 3) & ~3;
    marked.fill(-1, last - first, whole);
    for (const [i, map] of maps.entries()) {
      (i === 0 ? marked : laid).set(map.subarray(first, last));
      if (i > 0) markAbsent(marks, piece, whole);
    }
    const more = keepNumbers(first, marks, whole, kept);
    rows.set(numbers.subarray(0, more), count);
    for (const [k, own] of values.entries()) {
      if (own === maps[0] && maps.length === 1) keep(marks, marks, whole, kept);
      else {
        laid.set(own.subarray(first, last));
        keep(piece, marks, whole, kept);
      }
      picked[k]!.set(found.subarray(0, more), count);
    }
    count += more;
  }
  return count;
}

export function keepOneByOne(
  maps: readonly Int32Array[],
  values: readonly Int32Array[],
  rowCount: number,
  rows: Uint32Array,
  picked: readonly Int32Array[],
): number {
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    if (maps.some((map) => map[row]! < 0)) continue;
    rows[count] = row;
    for (const [k, own] of values.entries()) picked[k]![count] = own[row]!;
    count++;
  }
  return count;
}
