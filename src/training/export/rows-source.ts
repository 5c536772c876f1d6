import { Column } from "../../columns/column.js";
import type { ColumnData, ColumnSource } from "../../columns/table.js";
import type { Block, Cells, CellsType } from "../frame/block.js";

/** A matrix that is read some rows at a time. */
export interface RowsSource {
  readonly names: readonly string[];
  readonly type: CellsType;
  readonly rowCount: number;
  /** The rows [first, last), row-major; may share memory with the source. */
  rows(first: number, last: number): Cells;
}

/** The rows [from, to) of a block. */
export function rowsOfBlock(block: Block, from: number, to: number): RowsSource {
  const { names, type, width } = block;
  const { cells, rows: own } = block.stored();
  return {
    names,
    type,
    rowCount: to - from,
    rows: (first, last) => {
      if (!own) return cells.subarray((from + first) * width, (from + last) * width);
      const out = uninitializedCells(type, (last - first) * width);
      for (let i = first, at = 0; i < last; i++, at += width) {
        const row = own[from + i]! * width;
        out.set(cells.subarray(row, row + width), at);
      }
      return out;
    },
  };
}

function uninitializedCells(type: CellsType, length: number): Cells {
  return type === "float32" ? new Float32Array(length) : new Float64Array(length);
}

/** The columns of a matrix, for writers that take columns; rows that are read for one are kept for the next. */
export function columnsOfRows(source: RowsSource): Map<string, Column> {
  let held: { readonly first: number; readonly last: number; readonly cells: Cells } | undefined;
  const width = source.names.length;
  const read = (column: number, first: number, last: number): ColumnData => {
    if (held?.first !== first || held.last !== last) held = { first, last, cells: source.rows(first, last) };
    const values = uninitializedCells(source.type, last - first);
    for (let row = 0, at = column; row < values.length; row++, at += width) values[row] = held.cells[at]!;
    return { values };
  };
  return new Map(
    source.names.map((name, column) => {
      const own: ColumnSource = {
        type: source.type,
        length: source.rowCount,
        read: (first, last) => read(column, first, last),
        gather: (rows) => {
          const values = uninitializedCells(source.type, rows.length);
          for (let i = 0; i < rows.length; i++) values[i] = source.rows(rows[i]!, rows[i]! + 1)[column]!;
          return { values };
        },
      };
      return [name, Column.from(own)];
    }),
  );
}
