import { type JoinLoops, joinLoops, LOOPS_BEGIN } from "./join-loops.js";

/** The rows that are kept, and of each array of values those of these rows. */
export interface KeptRows {
  readonly rows: Uint32Array;
  readonly picked: readonly Int32Array[];
}

/** Rows that are gone through at a time: what is laid out for them stays in a core's cache. */
const PIECE_ROWS = 1 << 14;
const PIECE_BYTES = 4 * PIECE_ROWS;
/** Where the marks of a piece lie, some of its numbers, and those of them that are kept. */
const MARKS = LOOPS_BEGIN;
const PIECE = MARKS + PIECE_BYTES;
const KEPT = PIECE + PIECE_BYTES;

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
  const loops = joinLoops(KEPT + PIECE_BYTES);
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
  const at = (address: number) => new Int32Array(memory.buffer, address, PIECE_ROWS);
  const [marked, laid, found] = [at(MARKS), at(PIECE), at(KEPT)];
  const numbers = new Uint32Array(memory.buffer, KEPT, PIECE_ROWS); // of one type with `rows`, to be copied at once
  let count = 0;
  for (let first = 0; first < rowCount; first += PIECE_ROWS) {
    const last = Math.min(first + PIECE_ROWS, rowCount);
    const whole = (last - first + 3) & ~3;
    marked.fill(-1, last - first, whole);
    for (const [i, map] of maps.entries()) {
      (i === 0 ? marked : laid).set(map.subarray(first, last));
      if (i > 0) markAbsent(MARKS, PIECE, whole);
    }
    const more = keepNumbers(first, MARKS, whole, KEPT);
    rows.set(numbers.subarray(0, more), count);
    for (const [k, own] of values.entries()) {
      if (own === maps[0] && maps.length === 1) keep(MARKS, MARKS, whole, KEPT);
      else {
        laid.set(own.subarray(first, last));
        keep(PIECE, MARKS, whole, KEPT);
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
