import { coldStartLoops } from "../../simd/cold-start.js";
import type { FoundRows, WantedInstruments } from "./session-rows.js";

/**
 * The rows of a session that have the instruments wanted: appends them to `out` from `at` on and gives where it ended.
 * It looks at each of the session's codes. Undefined without WebAssembly.
 * @param instruments more than any code
 */
export function scanSession(
  codes: Int32Array,
  instruments: number,
  firstRow: number,
  wanted: WantedInstruments,
  out: FoundRows,
  at: number,
): number | undefined {
  const { positions, seen } = wanted;
  const [rows, most] = [codes.length, seen.length + 1];
  const [codesAt, seenAt] = [4 * instruments, 4 * (instruments + 3 * rows)];
  const [rowsAt, positionsAt] = [codesAt + 4 * rows, codesAt + 8 * rows];
  const loops = coldStartLoops(seenAt + most);
  if (!loops) return undefined;
  if (!wanted.places) {
    wanted.places = new Uint32Array(instruments);
    for (const [i, code] of wanted.codes.entries()) wanted.places[code] = positions[i]! + 1;
  }
  const { buffer } = loops.memory;
  new Uint32Array(buffer, 0, instruments).set(wanted.places);
  new Int32Array(buffer, codesAt, rows).set(codes);
  const marks = new Uint8Array(buffer, seenAt + 1, seen.length);
  marks.set(seen);
  const count = loops.rowsOf(codesAt, rowsAt, firstRow, 0, seenAt, rowsAt, positionsAt);
  seen.set(marks);
  out.rows.set(new Uint32Array(buffer, rowsAt, count), at);
  out.positions.set(new Uint32Array(buffer, positionsAt, count), at);
  return at + count;
}
