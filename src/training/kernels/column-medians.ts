import type { Cells } from "../frame/block.js";
import type { RowRange } from "../processors/fitted.js";
import { RowLoops } from "./row-loops.js";

/** Of fewer rows each column is put in order as a whole. */
const MANY_ROWS = 1 << 13;
/** Rows of the sample that says between which two numbers the medians lie: more of many, since fewer cells then lie between. */
const SAMPLES = [1 << 12, 1 << 14] as const;
const LARGE_ROWS = 1 << 20;
/**
 * How far from the sample's median these two are taken, in deviations of its rank: one column in four hundred lies outside,
 * which is put in order as a whole.
 */
const DEVIATIONS = 3;

type Room = ReturnType<RowLoops["float32"]>;
type Counts = ReturnType<RowLoops["int32"]>;

/**
 * Finds medians of all columns of a matrix at once, in one pass over its rows (Floyd and Rivest), in float32 as numpy's
 * nanmedian. Its memory serves for several passes.
 */
export class ColumnMedians {
  readonly #rows: RowLoops;
  readonly #cells: Cells;
  readonly #range: RowRange;
  readonly #sampleRows: number;
  /** How many cells of a column may lie between its two bounds. */
  readonly #most: number;
  readonly #middle: Room;
  readonly #low: Room;
  readonly #high: Room;
  readonly #below: Counts;
  readonly #numbers: Counts;
  readonly #inside: Counts;
  readonly #sample: Room;
  readonly #near: Room;

  private constructor(rows: RowLoops, cells: Cells, range: RowRange, sampleRows: number, most: number) {
    const { width } = rows;
    [this.#rows, this.#cells, this.#range, this.#sampleRows] = [rows, cells, range, sampleRows];
    this.#most = most;
    [this.#middle, this.#low, this.#high] = [rows.float32(width), rows.float32(width), rows.float32(width)];
    [this.#below, this.#numbers, this.#inside] = [rows.int32(width), rows.int32(width), rows.int32(width)];
    this.#sample = rows.float32(width * sampleRows);
    this.#near = rows.float32(width * most);
  }

  /** Undefined where there are too few rows for it, or no vectors. */
  static of(cells: Cells, width: number, range: RowRange): ColumnMedians | undefined {
    const rowCount = range.last - range.first;
    if (rowCount < MANY_ROWS) return undefined;
    const sampleRows = rowCount < LARGE_ROWS ? SAMPLES[0] : SAMPLES[1];
    const most = Math.ceil((2.5 * DEVIATIONS * rowCount) / Math.sqrt(sampleRows) / 2);
    const rows = RowLoops.of(cells, width, 4 * (8 * (width + 4) + width * (most + sampleRows + 8)));
    return rows && new ColumnMedians(rows, cells, range, sampleRows, most);
  }

  /** The median of each column, or with `centre` of its cells' distance from there; NaN for one that the sample did not bound. */
  find(centre?: Float64Array): Float64Array {
    const { loops, width } = this.#rows;
    const { first, last } = this.#range;
    for (const { values } of [this.#below, this.#numbers, this.#inside]) values.fill(0);
    this.#middle.values.set(centre ?? new Float64Array(width));
    this.#bound(centre);
    this.#rows.read(this.#cells, first, last, (some) => {
      loops.narrow(
        0,
        some,
        width,
        this.#middle.at,
        centre !== undefined,
        this.#low.at,
        this.#high.at,
        this.#below.at,
        this.#numbers.at,
        this.#inside.at,
        this.#near.at,
        this.#most,
      );
    });
    return Float64Array.from({ length: width }, (_, c) => this.#medianOf(c));
  }

  /** Two numbers of each column between which its median is likely to lie, by a sample of the rows. */
  #bound(centre: Float64Array | undefined): void {
    const { loops, width } = this.#rows;
    const { at, values } = this.#sample;
    const counts = takeSample(this.#cells, width, this.#range, this.#sampleRows, centre, values);
    for (let c = 0; c < width; c++) {
      const count = counts[c]!;
      const margin = Math.ceil((DEVIATIONS * Math.sqrt(count)) / 2) + 1;
      const kth = (k: number) =>
        count === 0
          ? Number.NaN
          : loops.selectKth(at + 4 * c * this.#sampleRows, count, Math.max(0, Math.min(count - 1, k)));
      this.#low.values[c] = kth((count >> 1) - margin);
      this.#high.values[c] = kth((count >> 1) + margin);
    }
  }

  #medianOf(c: number): number {
    const { loops } = this.#rows;
    const [count, lower, kept] = [this.#numbers.values[c]!, this.#below.values[c]!, this.#inside.values[c]!];
    const upper = count >>> 1;
    const before = count % 2 === 1 ? upper : upper - 1;
    if (count === 0 || kept > this.#most || before < lower || upper >= lower + kept) return Number.NaN;
    const own = this.#near.at + 4 * c * this.#most;
    const greater = loops.selectKth(own, kept, upper - lower);
    if (before === upper) return greater;
    const less = loops.selectKth(own, kept, before - lower);
    return Math.fround(Math.fround(less + greater) / 2);
  }
}

/** Cells of rows at equal distances, column after column, without NaN. @returns how many each column has */
function takeSample(
  cells: Cells,
  width: number,
  { first, last }: RowRange,
  sampleRows: number,
  centre: Float64Array | undefined,
  to: Float32Array,
): Int32Array {
  const step = (last - first) / sampleRows;
  const counts = new Int32Array(width);
  for (let i = 0; i < sampleRows; i++) {
    const base = (first + Math.floor(i * step)) * width;
    for (let c = 0; c < width; c++) {
      const x = cells[base + c]!;
      if (Number.isNaN(x)) continue;
      to[c * sampleRows + counts[c]!++] = centre === undefined ? x : Math.abs(Math.fround(x - centre[c]!));
    }
  }
  return counts;
}
