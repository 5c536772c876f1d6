import { DataServiceError } from "../errors.js";
import type { RowKeys } from "../formats/table.js";
import { parseTimeNs, type TimeInput } from "../time.js";
import { buildIndex } from "./build-index.js";
import type { Column } from "./column.js";
import { type ColumnInput, columnOfValues } from "./infer-column.js";
import { Panel } from "./panel.js";

export interface ColumnsInput {
  /** One a row: epoch nanoseconds in a BigInt64Array (the fast way), or times as `TimeInput`. */
  readonly datetime: BigInt64Array | readonly TimeInput[];
  /** One code a row. */
  readonly instrument: readonly string[];
  /** By name: a Column, a typed array, or an array of numbers, booleans or strings, one cell a row. */
  readonly columns: Readonly<Record<string, ColumnInput>>;
}

/**
 * A Panel of columns in memory, rows in any order. Sorted rows share the arrays given.
 * @throws DataServiceError bad-request (lengths differ, not a time), duplicate-keys
 */
export function panelFromColumns({ datetime, instrument, columns }: ColumnsInput): Panel {
  const rowCount = datetime.length;
  if (instrument.length !== rowCount) {
    throw new DataServiceError(
      "bad-request",
      `panelFromColumns: ${rowCount} datetimes but ${instrument.length} instruments; give one of each a row`,
    );
  }
  const ns = datetime instanceof BigInt64Array ? datetime : datetime.map((t) => parseTimeNs(t, "datetime"));
  const sessions = encode(ns);
  const names = encode(instrument);
  const keys: RowKeys = {
    rowCount,
    datetimes: BigInt64Array.from(sessions.level),
    instruments: names.level,
    readDatetimeCodes: (first, last) => sessions.codes.subarray(first, last),
    readInstrumentCodes: (first, last) => names.codes.subarray(first, last),
  };
  const { index, order } = buildIndex(keys, "these columns");
  const named = new Map<string, Column>();
  for (const [name, values] of Object.entries(columns)) {
    const column = columnOfValues(name, values);
    if (column.length !== rowCount) {
      throw new DataServiceError(
        "bad-request",
        `panelFromColumns: column "${name}" has ${column.length} cells for ${rowCount} rows`,
        { field: name, count: column.length },
      );
    }
    named.set(name, order ? column.reorder(order) : column);
  }
  return new Panel(index, named);
}

/** Each distinct value once, and a code a row. Runs of one value, as datetimes have, cost one look-up. */
function encode<T extends bigint | string>(values: ArrayLike<T>): { level: T[]; codes: Int32Array } {
  const position = new Map<T, number>();
  const codes = new Int32Array(values.length);
  let [before, code] = [undefined as T | undefined, -1];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value !== before) {
      code = position.get(value) ?? position.size;
      if (code === position.size) position.set(value, code);
      before = value;
    }
    codes[row] = code;
  }
  return { level: [...position.keys()], codes };
}
