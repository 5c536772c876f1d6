import type { Cells } from "../frame/block.js";
import type { RowRange } from "../processors/fitted.js";
import { RowLoops } from "./row-loops.js";

/** Figures of each column of a matrix over some rows; NaN cells do not count, infinities do. */
export interface ColumnMoments {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** ddof 0. */
  readonly std: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/**
 * Mean, deviation and extremes of all columns in one pass, row after row. Sums run over deviations from a cell of the
 * column, in float64; NaN where a column has no cell, or an infinity (as numpy's nanmean and nanstd).
 */
export function columnMoments(cells: Cells, width: number, { first, last }: RowRange): ColumnMoments {
  const pivot = pivots(cells, width, first, last);
  const [count, sum, squares] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  const min = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  const rows = RowLoops.of(cells, width, 6 * 8 * (width + 3));
  if (rows) addByVectors(rows, cells, first, last, { pivot, count, sum, squares, min, max });
  else
    for (let row = first, at = first * width; row < last; row++) {
      for (let c = 0; c < width; c++, at++) {
        const x = cells[at]!;
        if (Number.isNaN(x)) continue;
        const d = x - pivot[c]!;
        count[c]!++;
        sum[c]! += d;
        squares[c]! += d * d;
        if (x < min[c]!) min[c] = x;
        if (x > max[c]!) max[c] = x;
      }
    }
  const [mean, std] = [new Float64Array(width), new Float64Array(width)];
  for (let c = 0; c < width; c++) {
    const n = count[c]!;
    const level = sum[c]! / n;
    mean[c] = pivot[c]! + level;
    std[c] = Math.sqrt(Math.max(0, squares[c]! / n - level * level));
    if (n === 0) min[c] = max[c] = Number.NaN;
  }
  return { count, mean, std, min, max };
}

type Figures = Readonly<Record<"pivot" | "count" | "sum" | "squares" | "min" | "max", Float64Array>>;

function addByVectors(rows: RowLoops, cells: Cells, first: number, last: number, figures: Figures): void {
  const own = Object.values(figures).map((figure) => {
    const room = rows.float64(rows.width + 1);
    room.values.set(figure);
    return room;
  });
  const [pivot, count, sum, squares, min, max] = own.map(({ at }) => at) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  rows.read(cells, first, last, (some) => {
    rows.loops.addMoments(0, some, rows.width, pivot, count, sum, squares, min, max);
  });
  for (const [i, figure] of Object.values(figures).entries())
    figure.set(own[i]!.values.subarray(0, rows.width));
}

/** A cell of each column that is a number, near which the others are likely to lie; NaN where there is none. */
function pivots(cells: Cells, width: number, first: number, last: number): Float64Array {
  const pivot = new Float64Array(width).fill(Number.NaN);
  let open = width;
  for (let row = first; row < last && open > 0; row++) {
    for (let c = 0; c < width; c++) {
      const x = cells[row * width + c]!;
      if (!Number.isNaN(pivot[c]!) || Number.isNaN(x)) continue;
      pivot[c] = x;
      open--;
    }
  }
  return pivot;
}
