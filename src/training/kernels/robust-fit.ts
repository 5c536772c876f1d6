import type { Cells } from "../frame/block.js";
import type { RowRange } from "../processors/fitted.js";
import { cellsLike, takeNumbers } from "./column-cells.js";
import { medianOf } from "./select.js";

/** The median and the median absolute deviation from it of every column, in the type of the cells. */
export interface RobustFit {
  readonly median: Float64Array;
  readonly mad: Float64Array;
}

export function robustFit(cells: Cells, width: number, { first, last }: RowRange): RobustFit {
  const [median, mad] = [new Float64Array(width), new Float64Array(width)];
  const own = cellsLike(cells, last - first);
  for (let c = 0; c < width; c++) {
    const count = takeNumbers(cells, width, c, first, last, own);
    const middle = medianOf(own, count);
    for (let i = 0; i < count; i++) own[i] = Math.abs(own[i]! - middle);
    median[c] = middle;
    mad[c] = medianOf(own, count);
  }
  return { median, mad };
}
