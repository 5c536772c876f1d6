import { coldStartSpace, loopsAround, SPACE_BYTES } from "../../simd/cold-start.js";
import { view32 } from "./cell-copy.js";

/** What is read at once where rows are picked of it: half of a room, all of which stays in a core's cache. */
const PICK_BYTES = SPACE_BYTES / 2;

/**
 * Where rows of a file may be read to that some are picked of, and how many of them fit. Their bytes need no fresh memory
 * then, whose first touch takes three times as long as reading into it.
 */
export function pickRoom(rowBytes: number): { room: Uint8Array; rows: number } | undefined {
  const room = rowBytes <= PICK_BYTES ? coldStartSpace(0) : undefined;
  return room && { room, rows: Math.floor(PICK_BYTES / rowBytes) };
}

/**
 * Copies whole rows: row `picked[i] - base` of `rows` becomes row `at + i` of `into`. Those that lie in a room are picked
 * in WebAssembly: 18,000 of six cells take a fresh process 0.7 ms so, 2 in a loop.
 */
export function copyRows(
  rows: Uint8Array,
  rowBytes: number,
  picked: Uint32Array,
  base: number,
  into: Uint8Array,
  at: number,
): void {
  const loops = rowBytes % 4 === 0 ? loopsAround(rows) : undefined;
  if (loops) {
    const [{ buffer }, bytes] = [loops.memory, picked.length * rowBytes];
    new Uint32Array(buffer, 0, picked.length).set(picked);
    loops.copyRows(0, picked.byteLength, base, rowBytes >> 2, rows.byteOffset, SPACE_BYTES);
    into.set(new Uint8Array(buffer, SPACE_BYTES, bytes), at * rowBytes);
    return;
  }
  if (rowBytes % 4 === 0) copyUnits(view32(rows), rowBytes >> 2, picked, base, view32(into), at);
  else copyUnits(rows, rowBytes, picked, base, into, at);
}

function copyUnits<T extends Uint8Array | Uint32Array>(
  rows: T,
  rowUnits: number,
  picked: Uint32Array,
  base: number,
  into: T,
  at: number,
): void {
  let to = at * rowUnits;
  for (let i = 0; i < picked.length; i++) {
    const from = (picked[i]! - base) * rowUnits;
    for (let unit = 0; unit < rowUnits; unit++) into[to++] = rows[from + unit]!;
  }
}
