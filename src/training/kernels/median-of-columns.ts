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

/**
 * The median of each column, or with `centre` of its cells' distance from there, in float32, as numpy's nanmedian. All columns
 * are looked at in one pass over the rows. NaN for a column that the sample did not bound.
 * @returns undefined where there are too few rows for it, or no vectors
 */
export function medianOfColumns(
  cells: Cells,
  width: number,
  { first, last }: RowRange,
  centre: Float64Array | undefined,
): Float64Array | undefined {
  const rowCount = last - first;
  if (rowCount < MANY_ROWS) return undefined;
  const sampleRows = rowCount < LARGE_ROWS ? SAMPLES[0] : SAMPLES[1];
  const room = Math.ceil((2.5 * DEVIATIONS * rowCount) / Math.sqrt(sampleRows) / 2);
  const rows = RowLoops.of(cells, width, 4 * (8 * (width + 4) + width * (room + sampleRows + 8)));
  if (!rows) return undefined;
  const { loops } = rows;
  const float = () => rows.float32(width);
  const [middle, low, high] = [float(), float(), float()];
  const [below, numbers, inside] = [rows.int32(width), rows.int32(width), rows.int32(width)];
  middle.values.set(centre ?? new Float64Array(width));
  const sample = rows.float32(width * sampleRows);
  const counts = takeSample(cells, width, first, rowCount, sampleRows, centre, sample.values);
  for (let c = 0; c < width; c++) {
    const count = counts[c]!;
    const margin = Math.ceil((DEVIATIONS * Math.sqrt(count)) / 2) + 1;
    const at = (k: number) =>
      loops.selectKth(sample.at + 4 * c * sampleRows, count, Math.max(0, Math.min(count - 1, k)));
    low.values[c] = count === 0 ? Number.NaN : at((count >> 1) - margin);
    high.values[c] = count === 0 ? Number.NaN : at((count >> 1) + margin);
  }
  const near = rows.float32(width * room);
  rows.read(cells, first, last, (some) => {
    loops.narrow(
      0,
      some,
      width,
      middle.at,
      centre !== undefined,
      low.at,
      high.at,
      below.at,
      numbers.at,
      inside.at,
      near.at,
      room,
    );
  });
  return Float64Array.from({ length: width }, (_, c) => {
    const [count, lower, kept] = [numbers.values[c]!, below.values[c]!, inside.values[c]!];
    const upper = count >>> 1;
    const before = count % 2 === 1 ? upper : upper - 1;
    if (count === 0 || kept > room || before < lower || upper >= lower + kept) return Number.NaN;
    const own = near.at + 4 * c * room;
    const greater = loops.selectKth(own, kept, upper - lower);
    if (before === upper) return greater;
    const less = loops.selectKth(own, kept, before - lower);
    return Math.fround(Math.fround(less + greater) / 2);
  });
}

/** Cells of rows at equal distances, column after column, without NaN. @returns how many each column has */
function takeSample(
  cells: Cells,
  width: number,
  first: number,
  rowCount: number,
  sampleRows: number,
  centre: Float64Array | undefined,
  to: Float32Array,
): Int32Array {
  const step = rowCount / sampleRows;
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
