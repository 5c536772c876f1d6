import { lowerBound } from "../search.js";
import type { Arena } from "./arena.js";
import type { Address } from "./kernels.js";
import { type Extent, type PanelKeys, reached, type SessionRange, type Spans } from "./layout.js";
import { copyRuns } from "./runs.js";

/** Cells of a lane that lie together in a tile of results: see `simd/assembly/expression/rows.ts`. */
const GROUP = 64;

/**
 * Some neighbouring instruments in some sessions, as pairs of series: lane `l` is one half of the pair l >> 1, whose
 * cells k are the pair of float64 k. Valid until the next is laid out.
 */
export interface Patch {
  /** Cells of each series. */
  readonly n: number;
  readonly pairs: number;
  /** The positions [starts[l], ends[l]) are those that lane l's instrument has; both 0 in a lane of none. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The absolute position of each pair's cell 0: its session, or the ordinal of its row. */
  readonly origins: Int32Array;
  /** The sessions [from, to) are laid out; session s has the panel rows [runStarts[s - from], runEnds[s - from]). */
  readonly from: number;
  readonly to: number;
  readonly runStarts: Uint32Array;
  readonly runEnds: Uint32Array;
  readonly rowCount: number;
  /** Of each row, in row order, where its cell lies: 2 * (pair * n + k) + half. A row out of reach has a cell after the last. */
  readonly cells: Address;
  /** Whether every cell of every lane has a row. */
  readonly isFull: boolean;
  /** The results of the cells [wantedFrom, wantedTo) of each series are wanted. */
  readonly wantedFrom: number;
  readonly wantedTo: number;
  /** The `wantedRows` rows of the wanted sessions, from the patch's row `skipped` on; of each, where in a tile it lies. */
  readonly skipped: number;
  readonly wantedRows: number;
  readonly places: Address;
}

/** Lays patches of instruments out in an arena. */
export class PatchLayout {
  readonly #keys: PanelKeys;
  readonly #spans: Spans;
  readonly #extent: Extent;
  readonly #arena: Arena;

  constructor(keys: PanelKeys, spans: Spans, extent: Extent, arena: Arena) {
    this.#keys = keys;
    this.#spans = spans;
    this.#extent = extent;
    this.#arena = arena;
  }

  /** The instruments [first, first + count), of which the rows of some of the extent's sessions are wanted. */
  patch(first: number, count: number, wanted: SessionRange): Patch {
    const runs = this.#findRuns(first, count, reached(this.#extent, wanted));
    const isByRows = this.#extent.windows === "rows";
    return isByRows ? this.#byRows(first, count, wanted, runs) : this.#bySessions(first, count, wanted, runs);
  }

  #findRuns(first: number, count: number, { from, to }: SessionRange): Runs {
    const { offsets, codes, instrumentCount } = this.#keys;
    const runStarts = offsets.slice(from, to);
    const runEnds = offsets.slice(from + 1, to + 1);
    let rowCount = 0;
    for (let i = 0; i < runStarts.length; i++) {
      const [begin, end] = [runStarts[i]!, runEnds[i]!];
      if (first > 0) runStarts[i] = lowerBound(codes, first, begin, end);
      if (first + count < instrumentCount) runEnds[i] = lowerBound(codes, first + count, runStarts[i]!, end);
      rowCount += runEnds[i]! - runStarts[i]!;
    }
    return { from, to, runStarts, runEnds, rowCount };
  }

  /** Calendar windows: position k is session from + k. Instruments without a wanted row take no lane. */
  #bySessions(first: number, count: number, wanted: SessionRange, runs: Runs): Patch {
    const { from, to, runStarts, runEnds, rowCount } = runs;
    const n = to - from;
    const lanes = new Int32Array(count).fill(-1);
    const starts: number[] = [];
    const ends: number[] = [];
    for (let j = 0; j < count; j++) {
      const [begin, end] = [this.#spans.from[first + j]!, this.#spans.to[first + j]!];
      if (begin >= wanted.to || end <= wanted.from) continue;
      lanes[j] = starts.length;
      starts.push(Math.max(0, begin - from));
      ends.push(Math.min(n, end - from));
    }
    const pairs = (starts.length + 1) >> 1;
    const laneCount = 2 * pairs;
    const skippedSessions = wanted.from - from;
    const wantedSessions = wanted.to - wanted.from;
    const lengths = runEnds.map((end, k) => end - runStarts[k]!);
    const skipped = sum(lengths.subarray(0, skippedSessions));
    const wantedRows = sum(lengths.subarray(skippedSessions, skippedSessions + wantedSessions));
    const arena = this.#arena;
    const { kernels } = arena;
    const cells = arena.take(4 * rowCount);
    const places = arena.take(4 * wantedRows);
    const codes = arena.take(4 * rowCount);
    copyRuns(this.#keys.codes, 0, runStarts, runEnds, arena.int32(codes, rowCount));
    const lengthsAt = arena.put(lengths);
    const cellOfLane = arena.put(lanes.map((lane) => (lane < 0 ? NO_CELL : firstCell(lane, n))));
    kernels.placeCells(codes, lengthsAt, n, first, cellOfLane, laneCount * n, cells);
    kernels.placeResults(
      ...([codes + 4 * skipped, lengthsAt + 4 * skippedSessions, wantedSessions, first] as const),
      ...([arena.put(lanes), laneCount, places] as const),
    );
    return {
      n,
      pairs,
      starts: padded(starts, laneCount),
      ends: padded(ends, laneCount),
      origins: new Int32Array(pairs).fill(from),
      ...runs,
      cells,
      isFull: starts.length === count && rowCount === laneCount * n,
      wantedFrom: skippedSessions,
      wantedTo: skippedSessions + wantedSessions,
      skipped,
      wantedRows,
      places,
    };
  }

  /** Row windows: position k of a lane is its instrument's row number origin + k. */
  #byRows(first: number, count: number, wanted: SessionRange, runs: Runs): Patch {
    const { from, runStarts, runEnds, rowCount } = runs;
    const { back, ahead } = this.#extent;
    const { codes } = this.#keys;
    const [cellsAt, placesAt] = [this.#arena.take(4 * rowCount), this.#arena.take(4 * rowCount)];
    const cells = this.#arena.uint32(cellsAt, rowCount);
    const places = this.#arena.uint32(placesAt, rowCount);
    const seen = new Int32Array(count);
    const firstWanted = new Int32Array(count).fill(-1);
    const endWanted = new Int32Array(count);
    let [row, skipped, wantedRows] = [0, 0, 0];
    for (let i = 0; i < runStarts.length; i++) {
      const s = from + i;
      if (s === wanted.from) skipped = row;
      for (let at = runStarts[i]!; at < runEnds[i]!; at++) {
        const j = codes[at]! - first;
        if (s >= wanted.from && firstWanted[j] === -1) firstWanted[j] = seen[j]!;
        cells[row++] = seen[j]!;
        seen[j] = seen[j]! + 1;
        if (s < wanted.to) endWanted[j] = seen[j]!;
      }
      if (s >= wanted.from && s < wanted.to) wantedRows = row - skipped;
    }
    const used = Array.from(seen.keys()).filter(
      (j) => firstWanted[j]! >= 0 && firstWanted[j]! < endWanted[j]!,
    );
    const origins = Int32Array.from(firstWanted, (ordinal) => Math.max(0, ordinal - back));
    // Patches of windows begin at multiples of a lane's own ordinals: two that begin at different ones are no pair.
    const perPair = used.every((j) => origins[j] === 0) ? 2 : 1;
    const pairs = Math.ceil(used.length / perPair);
    const lanes = new Int32Array(count).fill(-1);
    for (const [i, j] of used.entries()) lanes[j] = perPair === 2 ? i : 2 * i;
    const ends = new Int32Array(2 * pairs);
    const pairOrigins = new Int32Array(pairs);
    for (const j of used) {
      ends[lanes[j]!] = Math.min(seen[j]!, endWanted[j]! + ahead) - origins[j]!;
      pairOrigins[lanes[j]! >> 1] = origins[j]!;
    }
    const n = ends.reduce((most, end) => Math.max(most, end), 0);
    row = 0;
    for (let i = 0; i < runStarts.length; i++) {
      for (let at = runStarts[i]!; at < runEnds[i]!; at++, row++) {
        const j = codes[at]! - first;
        const lane = lanes[j]!;
        const k = cells[row]! - origins[j]!;
        const isThere = lane >= 0 && k >= 0 && k < ends[lane]!;
        cells[row] = isThere ? firstCell(lane, n) + 2 * k : 2 * pairs * n;
        if (row >= skipped && row < skipped + wantedRows)
          places[row - skipped] = placeOf(k, 2 * pairs) + lane * GROUP;
      }
    }
    return {
      n,
      pairs,
      starts: new Int32Array(2 * pairs),
      ends,
      origins: pairOrigins,
      ...runs,
      cells: cellsAt,
      isFull: ends.every((end) => end === n),
      wantedFrom: 0,
      wantedTo: n,
      skipped,
      wantedRows,
      places: placesAt,
    };
  }
}

type Runs = Pick<Patch, "from" | "to" | "runStarts" | "runEnds" | "rowCount">;

/** Of an instrument without a lane, as `placeCells` knows it. */
const NO_CELL = -1;

/** Of the pairs of series one after another, the cell of a lane's position 0, in halves of a pair. */
function firstCell(lane: number, n: number): number {
  return 2 * (lane >> 1) * n + (lane & 1);
}

/** Of a tile with so many lanes, the cell of lane 0 at a position. */
function placeOf(position: number, lanes: number): number {
  const within = position % GROUP;
  return (position - within) * lanes + within;
}

/** Float32 cells that a tile of so many lanes and positions has. */
export function tileCells(lanes: number, positions: number): number {
  return Math.ceil(positions / GROUP) * GROUP * lanes;
}

/** Bytes from one group of positions of a tile to the next. */
export function tileStride(lanes: number): number {
  return GROUP * lanes * Float32Array.BYTES_PER_ELEMENT;
}

function padded(values: readonly number[], length: number): Int32Array {
  const out = new Int32Array(length);
  out.set(values);
  return out;
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
