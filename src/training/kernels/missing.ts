import type { Cells } from "../frame/block.js";
import { RowLoops } from "./row-loops.js";

/** How many cells of a row-major matrix are NaN. */
export function countMissing(cells: Cells, width: number): number {
  let missing = 0;
  const rows = RowLoops.of(cells, width, 0);
  if (!rows) {
    for (let i = 0; i < cells.length; i++) missing += Number.isNaN(cells[i]!) ? 1 : 0;
    return missing;
  }
  rows.read(cells, 0, cells.length / width, (count) => {
    missing += rows.loops.countMissing(0, rows.bytesOf(count));
  });
  return missing;
}

/** Writes `value` over every NaN. @returns how many there were */
export function fillMissing(cells: Cells, width: number, value: number): number {
  let filled = 0;
  const rows = RowLoops.of(cells, width, 0);
  if (rows) {
    rows.change(cells, 0, cells.length / width, (count) => {
      filled += rows.loops.fillMissing(0, rows.bytesOf(count), value);
    });
    return filled;
  }
  for (let i = 0; i < cells.length; i++) {
    if (!Number.isNaN(cells[i]!)) continue;
    cells[i] = value;
    filled++;
  }
  return filled;
}

/** Whether a cell of the rows [first, last) is infinite. */
export function hasInfinity(cells: Cells, width: number, first: number, last: number): boolean {
  const rows = RowLoops.of(cells, width, 0);
  if (!rows) {
    for (let i = first * width; i < last * width; i++) {
      if (cells[i]! - cells[i]! !== 0 && !Number.isNaN(cells[i]!)) return true;
    }
    return false;
  }
  let found = false;
  rows.read(cells, first, last, (count) => {
    found = found || Boolean(rows.loops.hasInfinity(0, rows.bytesOf(count)));
  });
  return found;
}

/** Marks with 0 the rows of a row-major matrix that hold a NaN. */
export function unmarkMissing(cells: Cells, width: number, kept: Uint8Array): void {
  for (let row = 0, at = 0; row < kept.length; row++) {
    let whole = kept[row]!;
    for (let c = 0; c < width; c++, at++) if (Number.isNaN(cells[at]!)) whole = 0;
    kept[row] = whole;
  }
}
