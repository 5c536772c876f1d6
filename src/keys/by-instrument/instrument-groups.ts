import { uninitializedArray } from "../../columns/uninitialized.js";
import { lowerBound } from "../../search.js";
import type { PanelIndex } from "../panel-index.js";

/** Instruments whose rows are laid out together: so many places to write to stay in reach of a processor's page tables. */
const MOST_INSTRUMENTS = 256;
/** Rows that a group of an even market has at most: a float64 column of them takes 32 MB. */
const MOST_ROWS = 1 << 22;

/** The rows of the instruments [first, last) of an index, one instrument after another, each in the order of time. */
export interface InstrumentGroup {
  readonly first: number;
  readonly last: number;
  /** Where the rows of each instrument begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  /** The rows in ascending order, and the place of each in `rows`: cells are read in their order, which is twice as fast. */
  readonly ascending: Uint32Array;
  readonly places: Uint32Array;
}

/** All instruments of an index, some at a time, in the order of their codes. */
export function* instrumentGroups(index: PanelIndex): Generator<InstrumentGroup> {
  const { instruments, rowCount } = index;
  const fitting = Math.floor((MOST_ROWS * instruments.length) / Math.max(1, rowCount));
  const size = Math.max(1, Math.min(MOST_INSTRUMENTS, fitting));
  for (let first = 0; first < instruments.length; first += size) {
    yield groupOf(index, first, Math.min(first + size, instruments.length));
  }
}

function groupOf(index: PanelIndex, first: number, last: number): InstrumentGroup {
  const { codes } = index;
  const ascending = rowsOfCodes(index, first, last);
  const starts = new Uint32Array(last - first + 1);
  for (let i = 0; i < ascending.length; i++) starts[codes[ascending[i]!]! - first + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const next = starts.slice();
  const rows = uninitializedArray(Uint32Array, ascending.length);
  const places = uninitializedArray(Uint32Array, ascending.length);
  for (let i = 0; i < ascending.length; i++) {
    const row = ascending[i]!;
    const place = next[codes[row]! - first]!++;
    places[i] = place;
    rows[place] = row;
  }
  return { first, last, starts, rows, ascending, places };
}

/** The rows of the instruments [first, last), ascending: a run of each session. */
function rowsOfCodes(index: PanelIndex, first: number, last: number): Uint32Array {
  const { codes, sessionCount } = index;
  const [from, to] = [new Uint32Array(sessionCount), new Uint32Array(sessionCount)];
  let count = 0;
  for (let session = 0; session < sessionCount; session++) {
    const end = index.startOf(session + 1);
    from[session] = lowerBound(codes, first, index.startOf(session), end);
    to[session] = lowerBound(codes, last, from[session]!, end);
    count += to[session]! - from[session]!;
  }
  const rows = uninitializedArray(Uint32Array, count);
  let at = 0;
  for (let session = 0; session < sessionCount; session++) {
    for (let row = from[session]!; row < to[session]!; row++) rows[at++] = row;
  }
  return rows;
}

/** The rows of an instrument, ascending; a view, not to be written to. */
export function rowsOf(
  { first, starts, rows }: Pick<InstrumentGroup, "first" | "starts" | "rows">,
  code: number,
): Uint32Array {
  return rows.subarray(starts[code - first]!, starts[code - first + 1]!);
}
