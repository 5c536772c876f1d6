import type { Cells } from "../frame/block.js";
import type { RowRange } from "../processors/fitted.js";
import { cellsLike, takeNumbers } from "./column-cells.js";
import { ColumnMedians } from "./column-medians.js";
import { hasInfinity } from "./missing.js";
import { medianOf } from "./select.js";

/** The median and the median absolute deviation from it of every column, in the type of the cells. */
export interface RobustFit {
  readonly median: Float64Array;
  readonly mad: Float64Array;
  /** Columns that have infinities, which medians survive. */
  readonly infinite: ReadonlySet<number>;
}

export function robustFit(cells: Cells, width: number, rows: RowRange): RobustFit {
  const medians = ColumnMedians.of(cells, width, rows);
  const median = complete(medians?.find(), cells, width, rows, undefined);
  const mad = complete(medians?.find(median), cells, width, rows, median);
  return { median, mad, infinite: infiniteColumns(cells, width, rows) };
}

function infiniteColumns(cells: Cells, width: number, { first, last }: RowRange): Set<number> {
  const found = new Set<number>();
  if (!hasInfinity(cells, width, first, last)) return found;
  for (let at = first * width; at < last * width; at++) {
    if (cells[at] === Number.POSITIVE_INFINITY || cells[at] === Number.NEGATIVE_INFINITY)
      found.add(at % width);
  }
  return found;
}

/** The medians that were found, and those of the other columns, whose cells are put in order as a whole. */
function complete(
  found: Float64Array | undefined,
  cells: Cells,
  width: number,
  rows: RowRange,
  centre: Float64Array | undefined,
): Float64Array {
  const out = found ?? new Float64Array(width).fill(Number.NaN);
  const own = cellsLike(cells, rows.last - rows.first);
  for (let c = 0; c < width; c++) {
    if (found && !Number.isNaN(found[c]!)) continue;
    const count = takeNumbers(cells, width, c, rows.first, rows.last, own);
    if (centre) for (let i = 0; i < count; i++) own[i] = Math.abs(own[i]! - centre[c]!);
    out[c] = medianOf(own, count);
  }
  return out;
}
