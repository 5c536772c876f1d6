import { uninitializedArray } from "../../columns/uninitialized.js";
import { lowerBound } from "../../search.js";
import type { PanelIndex } from "../panel-index.js";

/** Instruments whose rows are laid out together: so many places to write to stay in reach of a processor's page tables. */
const MOST_INSTRUMENTS = 256;
/** Rows that a block of an even market has at most: a float64 column of them takes 32 MB. */
const MOST_ROWS = 1 << 22;

/** The rows of the instruments [first, last) of an index, one instrument after another, each in the order of time. */
export interface InstrumentBlock {
  readonly first: number;
  readonly last: number;
  /** Where the rows of each instrument begin, and where those of the last one end. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** How many instruments a block of an index has; the last one may have fewer. */
export function instrumentsPerBlock({ instruments, rowCount }: PanelIndex): number {
  const fitting = Math.floor((MOST_ROWS * instruments.length) / Math.max(1, rowCount));
  return Math.max(1, Math.min(MOST_INSTRUMENTS, fitting));
}

/** In each session, the run of rows that the instruments [first, last) have. */
export interface Runs {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly rowCount: number;
}

export function runsOf(index: PanelIndex, first: number, last: number): Runs {
  const { codes, sessionCount } = index;
  const [from, to] = [new Uint32Array(sessionCount), new Uint32Array(sessionCount)];
  let rowCount = 0;
  for (let session = 0; session < sessionCount; session++) {
    const end = index.startOf(session + 1);
    from[session] = lowerBound(codes, first, index.startOf(session), end);
    to[session] = lowerBound(codes, last, from[session]!, end);
    rowCount += to[session]! - from[session]!;
  }
  return { from, to, rowCount };
}

/** The block of the instruments [first, last), which have these runs. */
export function blockOf({ codes }: PanelIndex, first: number, last: number, runs: Runs): InstrumentBlock {
  const { from, to, rowCount } = runs;
  const starts = new Uint32Array(last - first + 1);
  for (let session = 0; session < from.length; session++) {
    for (let row = from[session]!; row < to[session]!; row++) starts[codes[row]! - first + 1]!++;
  }
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const next = starts.slice();
  const rows = uninitializedArray(Uint32Array, rowCount);
  for (let session = 0; session < from.length; session++) {
    for (let row = from[session]!; row < to[session]!; row++) rows[next[codes[row]! - first]!++] = row;
  }
  return { first, last, starts, rows };
}

/** The rows of an instrument, ascending; a view, not to be written to. */
export function rowsOf({ first, starts, rows }: InstrumentBlock, code: number): Uint32Array {
  return rows.subarray(starts[code - first]!, starts[code - first + 1]!);
}
