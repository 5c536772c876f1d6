import type { ColumnValues } from "../formats/table.js";
import { lowerBound } from "../search.js";
import { gatherValues } from "./gather.js";
import type { PanelIndex } from "./panel-index.js";
import { roomFor } from "./room.js";

/** Instruments whose rows are laid out together: so many places to write to stay in reach of a processor's page tables. */
const MOST_INSTRUMENTS = 256;
/** Rows that no block has more of, unless one instrument has: a float64 column of them takes 32 MB. */
const MOST_ROWS = 1 << 22;
/** The rows of the instruments [first, last) of an index, laid out one instrument after another, each in the order of time. */
export interface InstrumentBlock {
  readonly first: number;
  readonly last: number;
  /** Where the rows of each instrument begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  /** The row at each place. */
  readonly rows: Uint32Array;
  /** The other way: in each session, these instruments' rows are one run, and the place of each row of all runs. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly places: Uint32Array;
}

/** How many instruments a block of an index has; the last one may have fewer. */
export function instrumentsPerBlock({ sessionCount }: PanelIndex): number {
  return Math.max(1, Math.min(MOST_INSTRUMENTS, Math.floor(MOST_ROWS / Math.max(1, sessionCount))));
}

/** The block of the instruments [first, last). */
export function blockOf(index: PanelIndex, first: number, last: number): InstrumentBlock {
  const { codes, sessionCount } = index;
  const [from, to] = [new Uint32Array(sessionCount), new Uint32Array(sessionCount)];
  const starts = new Uint32Array(last - first + 1);
  for (let session = 0; session < sessionCount; session++) {
    const end = index.startOf(session + 1);
    let row = lowerBound(codes, first, index.startOf(session), end);
    from[session] = row;
    for (; row < end && codes[row]! < last; row++) starts[codes[row]! - first + 1]!++;
    to[session] = row;
  }
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const count = starts[last - first]!;
  const [rows, places] = [roomFor(Uint32Array, count), roomFor(Uint32Array, count)];
  const next = starts.slice();
  let at = 0;
  for (let session = 0; session < sessionCount; session++) {
    for (let row = from[session]!; row < to[session]!; row++) {
      const place = next[codes[row]! - first]!++;
      rows[place] = row;
      places[at++] = place;
    }
  }
  return { first, last, starts, rows, from, to, places };
}

/** The rows of an instrument, ascending; a view, not to be written to. */
export function rowsOf({ first, starts, rows }: InstrumentBlock, code: number): Uint32Array {
  return rows.subarray(starts[code - first]!, starts[code - first + 1]!);
}

/** A column's cells, or the bytes of its mask, one instrument after another. */
export function laidOut<T extends ColumnValues | Uint8Array>(cells: T, block: InstrumentBlock): T;
export function laidOut(cells: ColumnValues, block: InstrumentBlock): ColumnValues {
  if (cells instanceof Float32Array) return layFloat32(cells, block);
  if (cells instanceof Float64Array) return layFloat64(cells, block);
  return gatherValues(cells, block.rows);
}

// The cells are read in their order: read in that of their places, each would be in a memory page of its own, and take
// twice as long. A loop for each type that factors have, since one that has seen one array type stays specialised to it.
function layFloat32(cells: Float32Array, { from, to, places }: InstrumentBlock): Float32Array {
  const out = roomFor(Float32Array, places.length);
  let at = 0;
  for (let session = 0; session < from.length; session++) {
    const end = to[session]!;
    for (let row = from[session]!; row < end; row++) out[places[at++]!] = cells[row]!;
  }
  return out;
}

function layFloat64(cells: Float64Array, { from, to, places }: InstrumentBlock): Float64Array {
  const out = roomFor(Float64Array, places.length);
  let at = 0;
  for (let session = 0; session < from.length; session++) {
    const end = to[session]!;
    for (let row = from[session]!; row < end; row++) out[places[at++]!] = cells[row]!;
  }
  return out;
}
