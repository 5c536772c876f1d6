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

/** What expressions are computed on: a panel's key and its numeric columns, read when first needed. */
export interface ExpressionTable extends PanelKeys {
  /** Each numeric field and the type of its cells: "single" for float32, else "double". */
  readonly fields: ReadonlyMap<string, CellType>;
  /** Its cells in the rows [first, last). */
  column(field: string, first: number, last: number): NumericColumn;
  /** Codes by instrument number; needed by ChangeInstrument and Mask only. */
  readonly instruments?: readonly string[];
}

/** The names expressions on `table` may use. */
export function namesOf({ fields, instruments }: Pick<ExpressionTable, "fields" | "instruments">): Names {
  return { fields, instruments: instruments && new Set(instruments) };
}
