import type { Cells } from "../frame/block.js";
import { RowLoops } from "./row-loops.js";

/** A linear map of some columns: (x − shift) / scale, both in the type of the cells, then cut to ±clip. */
export interface Scaling {
  readonly columns: Int32Array;
  /** One a column of `columns`. */
  readonly shift: Cells;
  readonly scale: Cells;
  /** Infinity for no cut. */
  readonly clip: number;
}

/** Maps the cells in place, each step rounded to their type, as numpy does. @returns how many were cut */
export function scaleColumns(cells: Cells, width: number, rowCount: number, scaling: Scaling): number {
  const rows = RowLoops.of(cells, width, 5 * 16 * width);
  if (!rows) return scalePlainly(cells, width, rowCount, scaling);
  const { columns, shift, scale, clip } = scaling;
  const infinite = Number.POSITIVE_INFINITY;
  const [shifts, scales] = [pattern(rows, columns, shift, 0), pattern(rows, columns, scale, 1)];
  const bounds = columns.length === 0 ? [] : Array.from(columns, () => clip);
  const high = pattern(rows, columns, bounds, infinite);
  const low = pattern(
    rows,
    columns,
    bounds.map((bound) => -bound),
    -infinite,
  );
  let cut = 0;
  rows.change(
    cells,
    0,
    rowCount,
    (count) => {
      cut += rows.loops.scaleCells(0, rows.bytesOf(count), shifts, scales, low, high, 16 * width);
    },
    Number.NaN,
  );
  return cut;
}

/** One number a cell of four rows: those of the columns that are mapped, and for the others what leaves them as they are. */
function pattern(rows: RowLoops, columns: Int32Array, numbers: ArrayLike<number>, other: number): number {
  const { width } = rows;
  const { at, values } = rows.float32(4 * width);
  values.fill(other);
  for (let row = 0; row < 4; row++) {
    for (let i = 0; i < columns.length; i++) values[row * width + columns[i]!] = numbers[i]!;
  }
  return at;
}

function scalePlainly(cells: Cells, width: number, rowCount: number, scaling: Scaling): number {
  const { columns, shift, scale, clip } = scaling;
  const round = cells instanceof Float32Array ? Math.fround : (x: number) => x;
  let cut = 0;
  for (let row = 0, base = 0; row < rowCount; row++, base += width) {
    for (let c = 0; c < columns.length; c++) {
      const at = base + columns[c]!;
      const x = round(cells[at]! - shift[c]!) / scale[c]!;
      const isCut = x > clip || x < -clip;
      cells[at] = isCut ? Math.sign(x) * clip : x;
      cut += isCut ? 1 : 0;
    }
  }
  return cut;
}
