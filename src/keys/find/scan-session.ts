import { freshLoops } from "../../simd/fresh.js";
import type { FoundRows, Sought } from "./sought.js";

/**
 * The rows of a session that have the instruments sought: appends them to `out` from `at` on and gives where it ended.
 * It looks at each of the session's codes. Undefined without WebAssembly.
 * @param instruments more than any code
 */
export function scanSession(
  codes: Int32Array,
  instruments: number,
  firstRow: number,
  sought: Sought,
  out: FoundRows,
  at: number,
): number | undefined {
  const { positions, seen } = sought;
  const [rows, most] = [codes.length, seen.length + 1];
  const [codesAt, seenAt] = [4 * instruments, 4 * (instruments + 3 * rows)];
  const [rowsAt, positionsAt] = [codesAt + 4 * rows, codesAt + 8 * rows];
  const loops = freshLoops(seenAt + most);
  if (!loops) return undefined;
  if (!sought.places) {
    sought.places = new Uint32Array(instruments);
    for (const [i, code] of sought.codes.entries()) sought.places[code] = positions[i]! + 1;
  }
  const { buffer } = loops.memory;
  new Uint32Array(buffer, 0, instruments).set(sought.places);
  new Int32Array(buffer, codesAt, rows).set(codes);
  const marks = new Uint8Array(buffer, seenAt + 1, seen.length);
  marks.set(seen);
  const count = loops.rowsOf(codesAt, rowsAt, firstRow, 0, seenAt, rowsAt, positionsAt);
  seen.set(marks);
  out.rows.set(new Uint32Array(buffer, rowsAt, count), at);
  out.positions.set(new Uint32Array(buffer, positionsAt, count), at);
  return at + count;
}
