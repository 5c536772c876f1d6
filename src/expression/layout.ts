import { lowerBound } from "../panel/search.js";

/**
 * A panel's key as plain arrays. Rows are sorted by (session, instrument): session s has the rows
 * [offsets[s], offsets[s + 1]), and `codes[row]` is the row's instrument, strictly ascending within a session.
 */
export interface PanelKeys {
  readonly sessionCount: number;
  readonly instrumentCount: number;
  readonly offsets: Uint32Array;
  readonly codes: Int32Array;
}

/**
 * What a position of an instrument's series is. "calendar": every session from its first row to its last, with NaN
 * where it has no row, as qlib lays it out. "rows": its own rows only, as pandas' groupby-rolling.
 */
export type Windows = "calendar" | "rows";

/** Half-open. */
export interface SessionRange {
  readonly from: number;
  readonly to: number;
}

/** For each instrument, the session of its first row and one past that of its last; both 0 where it has no row. */
export interface Spans {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Of the codes that spans were asked of before; an index keeps the same array of codes. */
const knownSpans = new WeakMap<Int32Array, Spans>();

export function instrumentSpans(keys: PanelKeys): Spans {
  let spans = knownSpans.get(keys.codes);
  if (!spans) {
    spans = findSpans(keys);
    knownSpans.set(keys.codes, spans);
  }
  return spans;
}

function findSpans({ sessionCount, instrumentCount, offsets, codes }: PanelKeys): Spans {
  const from = new Int32Array(instrumentCount);
  const to = new Int32Array(instrumentCount);
  for (let s = 0; s < sessionCount; s++) {
    for (let row = offsets[s]!, end = offsets[s + 1]!; row < end; row++) {
      const code = codes[row]!;
      if (to[code] === 0) from[code] = s;
      to[code] = s + 1;
    }
  }
  return { from, to };
}

/** What of the panel is computed: the sessions whose rows are wanted, and how many positions beside them are read. */
export interface Extent {
  readonly windows: Windows;
  readonly sessions: SessionRange;
  /** Positions before and after the wanted ones; may be infinite. */
  readonly back: number;
  readonly ahead: number;
}

/** Some neighbouring instruments, their series one after another in `length` cells. Valid until the next is laid out. */
export interface Block {
  /** Instruments [first, first + count). */
  readonly first: number;
  readonly count: number;
  readonly length: number;
  /** Instrument first + j has the cells [starts[j], starts[j + 1]). */
  readonly starts: Int32Array;
  /** The absolute position of each instrument's first cell: its session, or the ordinal of its row. */
  readonly origins: Int32Array;
  /** The sessions that were laid out; session s has the panel rows [runStarts[s - from], runEnds[s - from]). */
  readonly from: number;
  readonly to: number;
  readonly runStarts: Uint32Array;
  readonly runEnds: Uint32Array;
  /** Of each row, in row order, which of the block's instruments it is of. */
  readonly lanes: Uint16Array;
  readonly rowCount: number;
  /** Row windows: the cell of each row, NO_CELL where it is out of reach. In calendar windows its session tells it. */
  readonly cells: Uint32Array | undefined;
}

/** Instruments that a block can have. */
export const MOST_INSTRUMENTS = 1024;
export const NO_CELL = 0xffffffff;

/** Lays out blocks of instruments, ascending for speed; its arrays serve one block after another. */
export class BlockLayout {
  readonly #keys: PanelKeys;
  readonly #spans: Spans;
  readonly #extent: Extent;
  /** The sessions that may be read. */
  readonly #low: number;
  readonly #high: number;
  /** Of each session, the row after the last one laid out: where the next block's rows are looked for first. */
  readonly #next: Uint32Array;
  readonly #runStarts: Uint32Array;
  readonly #runEnds: Uint32Array;
  #lanes = new Uint16Array(0);
  #cells = new Uint32Array(0);

  constructor(keys: PanelKeys, spans: Spans, extent: Extent) {
    this.#keys = keys;
    this.#spans = spans;
    this.#extent = extent;
    const { sessions, back, ahead } = extent;
    const isRows = extent.windows === "rows";
    this.#low = isRows ? 0 : Math.max(0, sessions.from - back);
    this.#high = isRows ? keys.sessionCount : Math.min(keys.sessionCount, sessions.to + ahead);
    this.#next = keys.offsets.slice(this.#low, this.#high);
    this.#runStarts = new Uint32Array(this.#high - this.#low);
    this.#runEnds = new Uint32Array(this.#high - this.#low);
  }

  /** The instruments [first, first + count), at most MOST_INSTRUMENTS. */
  block(first: number, count: number): Block {
    const [low, high, spans] = [this.#low, this.#high, this.#spans];
    const starts = new Int32Array(count + 1);
    const origins = new Int32Array(count);
    let [from, to] = [high, low];
    for (let j = 0; j < count; j++) {
      const begin = Math.max(low, spans.from[first + j]!);
      const end = Math.min(high, spans.to[first + j]!);
      origins[j] = begin;
      starts[j + 1] = starts[j]! + Math.max(0, end - begin);
      if (end > begin) [from, to] = [Math.min(from, begin), Math.max(to, end)];
    }
    to = Math.max(from, to);
    const rowCount = this.#findRuns(first, count, from, to, starts[count]!);
    const runStarts = this.#runStarts.subarray(0, to - from);
    const runEnds = this.#runEnds.subarray(0, to - from);
    const runs = { from, to, runStarts, runEnds, lanes: this.#lanes, rowCount };
    const cells =
      this.#extent.windows === "rows" ? this.#numberRows(runs, count, starts, origins) : undefined;
    return { first, count, length: starts[count]!, starts, origins, ...runs, cells };
  }

  /** Finds the block's rows in the sessions [from, to), at most `most`, and gives their number. */
  #findRuns(first: number, count: number, from: number, to: number, most: number): number {
    const { offsets, codes } = this.#keys;
    if (this.#lanes.length < most) this.#lanes = new Uint16Array(most);
    const [next, runStarts, runEnds, lanes] = [this.#next, this.#runStarts, this.#runEnds, this.#lanes];
    const limit = first + count;
    let size = 0;
    for (let s = from; s < to; s++) {
      const begin = offsets[s]!;
      const end = offsets[s + 1]!;
      let row = next[s - this.#low]!;
      const isHere = (row === end || codes[row]! >= first) && (row === begin || codes[row - 1]! < first);
      if (!isHere) row = lowerBound(codes, first, begin, end);
      runStarts[s - from] = row;
      for (; row < end && codes[row]! < limit; row++) lanes[size++] = codes[row]! - first;
      runEnds[s - from] = next[s - this.#low] = row;
    }
    return size;
  }

  /** Row windows: numbers each instrument's rows, then keeps those within reach of its wanted ones. */
  #numberRows(
    { from, to, runStarts, runEnds, lanes, rowCount }: Runs,
    count: number,
    starts: Int32Array,
    origins: Int32Array,
  ): Uint32Array {
    const { sessions, back, ahead } = this.#extent;
    if (this.#cells.length < rowCount) this.#cells = new Uint32Array(rowCount);
    const cells = this.#cells;
    const seen = new Int32Array(count);
    const firstWanted = new Int32Array(count).fill(-1);
    const endWanted = new Int32Array(count);
    for (let s = from, k = 0; s < to; s++) {
      for (const last = k + runEnds[s - from]! - runStarts[s - from]!; k < last; k++) {
        const j = lanes[k]!;
        if (s >= sessions.from && firstWanted[j] === -1) firstWanted[j] = seen[j]!;
        cells[k] = seen[j]!;
        seen[j] = seen[j]! + 1;
        if (s < sessions.to) endWanted[j] = seen[j]!;
      }
    }
    for (let j = 0; j < count; j++) {
      const isWanted = firstWanted[j]! >= 0 && firstWanted[j]! < endWanted[j]!;
      origins[j] = isWanted ? Math.max(0, firstWanted[j]! - back) : 0;
      const end = isWanted ? Math.min(seen[j]!, endWanted[j]! + ahead) : 0;
      starts[j + 1] = starts[j]! + end - origins[j]!;
    }
    for (let k = 0; k < rowCount; k++) {
      const j = lanes[k]!;
      const cell = starts[j]! + cells[k]! - origins[j]!;
      cells[k] = cell >= starts[j]! && cell < starts[j + 1]! ? cell : NO_CELL;
    }
    return cells;
  }
}

type Runs = Pick<Block, "from" | "to" | "runStarts" | "runEnds" | "lanes" | "rowCount">;
