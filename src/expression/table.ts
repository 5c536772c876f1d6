import type { Column } from "../columns/column.js";
import { isNumeric, numbersAsFloats } from "../columns/floats.js";
import type { ColumnData, ColumnType } from "../columns/table.js";
import type { Names } from "./bind.js";
import type { PanelKeys } from "./layout.js";
import type { CellType } from "./plan.js";

/** Cells of a column, one a row; what is missing is NaN. */
export type NumericColumn =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** What expressions are computed on: a panel's key and its columns of numbers, read when first needed. */
export interface ExpressionTable extends PanelKeys {
  /** The cells of a field in the rows [first, last). */
  column(field: string, first: number, last: number): NumericColumn;
  /** Codes by instrument number; needed by ChangeInstrument and Mask only. */
  readonly instruments?: readonly string[];
}

export interface TableOptions {
  /** The row of the key that cell 0 of the columns stands for. */
  readonly firstRow?: number | undefined;
  /** Whether to read a column whole, once, when it is first needed. */
  readonly whole?: boolean | undefined;
}

/**
 * Columns over the rows of a key as the engine takes them. Of a column in a file only the rows are read that an
 * evaluation needs, or all, once, with `whole`.
 * @param columns by the names that the plan has for them; all hold numbers
 */
export function tableOfColumns(
  keys: PanelKeys,
  instruments: readonly string[],
  columns: ReadonlyMap<string, Column>,
  { firstRow = 0, whole = false }: TableOptions = {},
): ExpressionTable {
  const known = new Map<string, NumericColumn>();
  return {
    ...keys,
    instruments,
    column: (name, first, last) => {
      const column = columns.get(name)!;
      const [from, to] = [first - firstRow, last - firstRow];
      if (!whole && !column.loaded && 2 * (to - from) < column.length)
        return numericCells(column.read(from, to));
      const cells = known.get(name) ?? numericCells(column);
      known.set(name, cells);
      return cells.subarray(from, to);
    },
  };
}

/** The names of a table's columns. */
export interface KnownNames extends Names {
  readonly fields: ReadonlyMap<string, CellType>;
}

/** The names of columns, given their types, as expressions may use them. */
export function namesOf(
  types: Iterable<readonly [name: string, type: ColumnType]>,
  instruments: Iterable<string>,
): KnownNames {
  const fields = new Map<string, CellType>();
  const notNumbers = new Map<string, ColumnType>();
  for (const [name, type] of types) {
    if (isNumeric(type)) fields.set(name, cellTypeOf(type));
    else notNumbers.set(name, type);
  }
  return { fields, notNumbers, instruments: new Set(instruments) };
}

function cellTypeOf(type: ColumnType): CellType {
  if (type === "bool") return "condition";
  return type === "float32" ? "single" : "double";
}

/** The cells as the engine reads them: 64-bit integers as float64, masked cells as NaN. */
export function numericCells({ values, mask }: ColumnData): NumericColumn {
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return mask || wide ? numbersAsFloats({ values, mask }) : (values as NumericColumn);
}
