import type { Column } from "../columns/column.js";
import type { ColumnInput } from "../columns/infer-column.js";
import { DataServiceError } from "../errors.js";
import { refuseKeyNames } from "../names/key-names.js";
import { setOwn } from "../names/set-own.js";
import { panelFromColumns } from "../open/panel-from-columns.js";
import type { Panel } from "../panel/panel.js";
import { formatNs } from "../time.js";
import {
  DATETIME,
  INSTRUMENT,
  instrumentCells,
  instrumentNames,
  nsOfCells,
  perSession,
  requireKeys,
} from "./row-keys.js";

/** The part of the module `danfojs-node` that is used. */
export interface DanfoModule<T> {
  DataFrame: new (data: Record<string, unknown>, options: { dtypes: string[] }) => T;
}

/** The part of a Danfo DataFrame that is used. */
export interface DanfoFrame {
  readonly columns: string[];
  readonly dtypes: string[];
  /** Danfo gives a Series; its `values` are the column's cells. */
  column(name: string): { readonly values: unknown };
}

/**
 * The panel as a Danfo DataFrame, with columns `datetime` (strings such as `2020-03-02` or `2020-03-02 09:31:00`) and
 * `instrument` first. Danfo knows four types: floats, and integers with missing cells, become `float32` (which Danfo
 * keeps as float64 numbers), other integers `int32`, booleans `boolean`, the rest `string`.
 * @param dfd the module: `import * as dfd from "danfojs-node"`
 * @throws DataServiceError unsupported if a 64-bit integer is beyond 2^53, which a number cannot hold
 */
export function toDanfo<T>(panel: Panel, dfd: DanfoModule<T>): T {
  refuseKeyNames(panel.columnNames, "toDanfo");
  const data: Record<string, unknown> = {
    [DATETIME]: perSession(panel.index, formatNs),
    [INSTRUMENT]: instrumentCells(panel.index),
  };
  const dtypes = ["string", "string"];
  for (const name of panel.columnNames) {
    const { dtype, cells } = danfoCells(name, panel.column(name));
    data[name] = cells;
    dtypes.push(dtype);
  }
  return new dfd.DataFrame(data, { dtypes });
}

function danfoCells(name: string, column: Column): { dtype: string; cells: unknown[] } {
  const { type, values, mask } = column;
  const present = (row: number) => !mask || mask[row] === 1;
  const map = <C>(make: (row: number) => C, missing: C): C[] =>
    Array.from({ length: column.length }, (_, row) => (present(row) ? make(row) : missing));
  if (type === "string") return { dtype: "string", cells: [...values] };
  if (type === "bool")
    return { dtype: "boolean", cells: map<boolean | null>((row) => values[row] === 1, null) };
  if (type === "datetime") {
    return { dtype: "string", cells: map<string | null>((row) => formatNs(values[row] as bigint), null) };
  }
  const isFloat = type === "float32" || type === "float64";
  const cells = map((row) => safeNumber(name, row, values[row] as number | bigint), Number.NaN);
  return { dtype: isFloat || mask ? "float32" : "int32", cells };
}

function safeNumber(name: string, row: number, value: number | bigint): number {
  const number = Number(value);
  if (typeof value === "number" || BigInt(number) === value) return number;
  throw new DataServiceError(
    "unsupported",
    `toDanfo: column "${name}" has ${value} in row ${row}, which a number cannot hold; leave the column out or make it a string`,
    { field: name, position: row },
  );
}

/**
 * Makes a Panel from a Danfo DataFrame with columns `datetime` (ISO strings or Dates) and `instrument`. `float32`
 * columns become float64, `int32` int32 (float64 if the values do not fit), `boolean` bool, others string.
 * @throws DataServiceError flat-index, missing-keys, duplicate-keys, bad-request
 */
export function fromDanfo(frame: DanfoFrame): Panel {
  requireKeys(frame.columns, "this DataFrame");
  const columns: Record<string, ColumnInput> = {};
  for (const [i, name] of frame.columns.entries()) {
    if (name === DATETIME || name === INSTRUMENT) continue;
    setOwn(columns, name, columnFrom(frame.dtypes[i]!, cellsOf(frame, name)));
  }
  return panelFromColumns({
    datetime: nsOfCells(cellsOf(frame, DATETIME), DATETIME, "this DataFrame"),
    instrument: instrumentNames(cellsOf(frame, INSTRUMENT), "this DataFrame"),
    columns,
  });
}

function cellsOf(frame: DanfoFrame, name: string): unknown[] {
  return frame.column(name).values as unknown[];
}

function columnFrom(dtype: string, cells: readonly unknown[]): ColumnInput {
  // A column of missing booleans or strings is told apart from text by type, as Danfo writes NaN for both.
  if (dtype === "boolean") return cells.map((cell) => (typeof cell === "boolean" ? cell : null));
  if (dtype === "string") return cells.map((cell) => (typeof cell === "string" ? cell : null));
  const numbers = Float64Array.from(cells, (cell) => (typeof cell === "number" ? cell : Number.NaN));
  if (dtype !== "int32") return numbers;
  const integers = Int32Array.from(numbers);
  return integers.every((value, row) => value === numbers[row]) ? integers : numbers;
}
