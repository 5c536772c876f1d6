import type { Cells } from "../frame/block.js";

/** An array of the same type as `cells`. */
export function cellsLike(cells: Cells, length: number): Cells {
  return cells instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/**
 * Copies the cells of one column that are no NaN, of the rows [first, last) of a row-major matrix.
 * @returns how many there are
 */
export function takeNumbers(
  cells: Cells,
  width: number,
  column: number,
  first: number,
  last: number,
  to: Cells,
): number {
  let count = 0;
  for (let row = first, at = first * width + column; row < last; row++, at += width) {
    const x = cells[at]!;
    to[count] = x;
    count += !Number.isNaN(x) ? 1 : 0;
  }
  return count;
}
