import { datetimesOf } from "../columns/key-columns.js";
import { DataServiceError } from "../errors.js";
import { type Matrix, type UnstackOptions, unstackColumn } from "../panel/matrix.js";
import type { Panel } from "../panel/panel.js";
import { numericColumns } from "./statistics.js";

/** Several columns one below the other: row i says that `variable[i]` of an instrument was `value[i]` at a time. */
export interface LongTable {
  /** Epoch nanoseconds. */
  readonly datetime: BigInt64Array;
  readonly instrument: readonly string[];
  readonly variable: readonly string[];
  /** NaN where the cell is missing. */
  readonly value: Float64Array;
}

/** @see Panel.pivot @throws DataServiceError unknown-field, bad-request, over-budget */
export function pivot(
  panel: Panel,
  names: readonly string[] = panel.columnNames,
  options: UnstackOptions = {},
): Map<string, Matrix> {
  if (!Array.isArray(names)) {
    throw new DataServiceError("bad-request", "pivot: give the names of the columns as a list");
  }
  const chosen = panel.select(names);
  return new Map(
    Array.from(chosen.columns, ([name, column]) => [name, unstackColumn(panel.index, column, name, options)]),
  );
}

/** @see Panel.melt @throws DataServiceError unknown-field, bad-request */
export function melt(panel: Panel, names?: readonly string[]): LongTable {
  const { index, rowCount } = panel;
  const columns = numericColumns(panel, names, "melt");
  const times = datetimesOf(index, 0, rowCount);
  const instruments = Array.from(index.codes, (code) => index.instruments[code]!);
  const datetime = new BigInt64Array(rowCount * columns.length);
  const value = new Float64Array(datetime.length);
  const [instrument, variable]: [string[], string[]] = [[], []];
  for (const [i, [name, cells]] of columns.entries()) {
    datetime.set(times, i * rowCount);
    value.set(cells, i * rowCount);
    for (let row = 0; row < rowCount; row++) {
      instrument.push(instruments[row]!);
      variable.push(name);
    }
  }
  return { datetime, instrument, variable, value };
}
