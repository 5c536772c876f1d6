import type { Cells } from "../frame/block.js";

/** How many cells of a column were cut. */
export type Counts = Float64Array;

/** A linear map of some columns: (x − shift) / scale, both in the type of the cells, then cut to ±clip. */
export interface Scaling {
  readonly columns: Int32Array;
  /** One a column of `columns`. */
  readonly shift: Cells;
  readonly scale: Cells;
  /** Infinity for no cut. */
  readonly clip: number;
}

/** Maps the cells in place, each step rounded to their type, as numpy does. @returns how many were cut, column by column */
export function scaleColumns(cells: Cells, width: number, rowCount: number, scaling: Scaling): Counts {
  return cells instanceof Float32Array
    ? scale32(cells, width, rowCount, scaling)
    : scale64(cells, width, rowCount, scaling);
}

// A loop for each type: one that has seen one array type stays specialised to it.
function scale32(cells: Float32Array, width: number, rowCount: number, scaling: Scaling): Counts {
  const { columns, clip } = scaling;
  const [shift, scale] = [scaling.shift as Float32Array, scaling.scale as Float32Array];
  const cut = new Float64Array(columns.length);
  for (let row = 0, base = 0; row < rowCount; row++, base += width) {
    for (let c = 0; c < columns.length; c++) {
      const at = base + columns[c]!;
      const x = Math.fround(Math.fround(cells[at]! - shift[c]!) / scale[c]!);
      if (x > clip) {
        cells[at] = clip;
        cut[c]!++;
      } else if (x < -clip) {
        cells[at] = -clip;
        cut[c]!++;
      } else cells[at] = x;
    }
  }
  return cut;
}

function scale64(cells: Float64Array, width: number, rowCount: number, scaling: Scaling): Counts {
  const { columns, clip } = scaling;
  const { shift, scale } = scaling;
  const cut = new Float64Array(columns.length);
  for (let row = 0, base = 0; row < rowCount; row++, base += width) {
    for (let c = 0; c < columns.length; c++) {
      const at = base + columns[c]!;
      const x = (cells[at]! - shift[c]!) / scale[c]!;
      if (x > clip) {
        cells[at] = clip;
        cut[c]!++;
      } else if (x < -clip) {
        cells[at] = -clip;
        cut[c]!++;
      } else cells[at] = x;
    }
  }
  return cut;
}
