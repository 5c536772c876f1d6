import type { ColumnValues } from "../formats/table.js";
import { gatherValues } from "./gather.js";
import type { PanelIndex } from "./panel-index.js";
import { roomFor } from "./room.js";

/** Instruments whose rows are laid out together: so many places to write to stay in reach of a processor's page tables. */
const INSTRUMENTS_AT_ONCE = 256;
/** Rows from which on no further instrument is laid out with others: a float64 column of them takes 32 MB. */
const ROWS_AT_ONCE = 1 << 22;

/** The rows of the instruments [first, last) of an index, laid out one instrument after another in the order of time. */
export interface InstrumentBlock {
  readonly first: number;
  readonly last: number;
  /** Where the rows of each instrument begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  /** The session of each row laid out. */
  readonly sessions: Uint32Array;
  /** The index's rows of these instruments, ascending, and where each is laid out. */
  readonly rows: Uint32Array;
  readonly places: Uint32Array;
}

/** All rows of an index, some instruments at a time. */
export function* instrumentBlocks(index: PanelIndex): Generator<InstrumentBlock> {
  const { codes } = index;
  const counts = new Uint32Array(index.instruments.length);
  for (let row = 0; row < codes.length; row++) counts[codes[row]!]!++;
  const reached = Uint32Array.from({ length: index.sessionCount }, (_, session) => index.startOf(session));
  for (let first = 0, last = 0; first < counts.length; first = last) {
    for (let rows = 0; last < counts.length; last++) {
      if (last - first === INSTRUMENTS_AT_ONCE || rows >= ROWS_AT_ONCE) break;
      rows += counts[last]!;
    }
    yield blockOf(index, codes, first, counts.subarray(first, last), reached);
  }
}

/** The block of `counts.length` instruments from `first` on; each session's rows are taken from where it stopped before. */
function blockOf(
  index: PanelIndex,
  codes: Int32Array,
  first: number,
  counts: Uint32Array,
  reached: Uint32Array,
): InstrumentBlock {
  const last = first + counts.length;
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i]! + counts[i]!;
  const length = starts[counts.length]!;
  const sessions = roomFor(Uint32Array, length);
  const [rows, places] = [roomFor(Uint32Array, length), roomFor(Uint32Array, length)];
  const next = starts.slice();
  let at = 0;
  for (let session = 0; session < reached.length; session++) {
    const end = index.startOf(session + 1);
    let row = reached[session]!;
    for (; row < end && codes[row]! < last; row++) {
      const place = next[codes[row]! - first]!++;
      rows[at] = row;
      places[at++] = place;
      sessions[place] = session;
    }
    reached[session] = row;
  }
  return { first, last, starts, sessions, rows, places };
}

/** A column's cells, or the bytes of its mask, as a block lays them out. */
export function laidOut<T extends ColumnValues | Uint8Array>(cells: T, block: InstrumentBlock): T;
export function laidOut(cells: ColumnValues, { rows, places }: InstrumentBlock): ColumnValues {
  if (cells instanceof Float32Array) return layFloat32(cells, rows, places);
  if (cells instanceof Float64Array) return layFloat64(cells, rows, places);
  const order = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) order[places[i]!] = rows[i]!;
  return gatherValues(cells, order);
}

// The cells are read in their order: read in that of their places, each would be in a memory page of its own, and take
// twice as long. A loop for each type that factors have, since one that has seen one array type stays specialised to it.
function layFloat32(cells: Float32Array, rows: Uint32Array, places: Uint32Array): Float32Array {
  const out = roomFor(Float32Array, rows.length);
  for (let i = 0; i < rows.length; i++) out[places[i]!] = cells[rows[i]!]!;
  return out;
}

function layFloat64(cells: Float64Array, rows: Uint32Array, places: Uint32Array): Float64Array {
  const out = roomFor(Float64Array, rows.length);
  for (let i = 0; i < rows.length; i++) out[places[i]!] = cells[rows[i]!]!;
  return out;
}
