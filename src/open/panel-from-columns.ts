import type { Column } from "../columns/column.js";
import { type ColumnInput, columnOfValues } from "../columns/infer-column.js";
import type { RowKeys } from "../columns/table.js";
import { DataServiceError, IN_MEMORY } from "../errors.js";
import { buildIndex } from "../keys/build/build-index.js";
import { encodeLevel } from "../keys/encode-level.js";
import { refuseTwins } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { Panel } from "../panel/panel.js";
import { parseCellNs, type TimeInput } from "../time.js";

/** What `panelFromColumns` makes a panel of: a key and columns, a cell a row, in any order. */
export interface ColumnsInput {
  /** One per row: epoch nanoseconds in a BigInt64Array (the fast way), or times as `TimeInput`. */
  readonly datetime: BigInt64Array | readonly TimeInput[];
  /** One code per row. */
  readonly instrument: readonly string[];
  /** By name: a Column, a typed array, or an array of numbers, booleans or strings, one cell per row. */
  readonly columns: Readonly<Record<string, ColumnInput>>;
}

const INPUT_KEYS: RequestKeys<ColumnsInput> = { datetime: true, instrument: true, columns: true };

/**
 * Makes a Panel from columns in memory, with rows in any order. If the rows are sorted, the panel shares the arrays.
 * @throws DataServiceError bad-request (lengths differ, not a time, beyond 64-bit nanoseconds, an instrument that is
 *   not text), missing-keys, duplicate-keys, column-conflict (`close` beside `$close`)
 * @example
 * panelFromColumns({ datetime: ["2020-01-02", "2020-01-03"], instrument: ["000001.SZ", "000001.SZ"], columns: { close: [10, 11] } });
 */
export function panelFromColumns(input: ColumnsInput): Panel {
  refuseFlat(input);
  checkKeys(input, INPUT_KEYS, "panelFromColumns");
  const { datetime, instrument, columns } = input;
  for (const [key, cells] of Object.entries({ datetime, instrument })) {
    if (Array.isArray(cells) || ArrayBuffer.isView(cells)) continue;
    const problem = `panelFromColumns: ${key} is ${String(cells)}; give a list with one a row`;
    throw new DataServiceError("bad-request", problem, { field: key });
  }
  const rowCount = datetime.length;
  if (instrument.length !== rowCount) {
    throw new DataServiceError(
      "bad-request",
      `panelFromColumns: ${rowCount} datetimes but ${instrument.length} instruments; give one of each a row`,
    );
  }
  const ns =
    datetime instanceof BigInt64Array
      ? datetime
      : datetime.map((time, row) => parseCellNs(time, "datetime", row, "panelFromColumns"));
  const sessions = encodeLevel(ns);
  const names = encodeLevel(instrument);
  const nameless = names.level.find((name) => typeof name !== "string");
  if (nameless !== undefined) {
    const problem = `panelFromColumns: instrument ${String(nameless)} is a ${typeof nameless}; give codes as text, such as "000001.SZ"`;
    throw new DataServiceError("bad-request", problem, { field: "instrument" });
  }
  const keys: RowKeys = {
    rowCount,
    datetimes: BigInt64Array.from(sessions.level),
    instruments: names.level,
    readDatetimeCodes: (first, last) => sessions.codes.subarray(first, last),
    readInstrumentCodes: (first, last) => names.codes.subarray(first, last),
  };
  const { index, order } = buildIndex(keys, IN_MEMORY.columns);
  const named = new Map<string, Column>();
  const given = namedEntries(columns, "panelFromColumns: columns");
  refuseTwins(Object.keys(columns), "panelFromColumns");
  for (const [name, values] of given) {
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

/** Columns beside the keys are a natural guess. @throws DataServiceError bad-request */
function refuseFlat(input: ColumnsInput): void {
  if (typeof input !== "object" || input === null || input.columns !== undefined) return;
  const beside = Object.keys(input).filter((name) => !Object.hasOwn(INPUT_KEYS, name));
  if (beside.length === 0) return;
  const problem = `panelFromColumns: there are no columns; give them as columns: { ${beside.join(", ")} }`;
  throw new DataServiceError("bad-request", problem, { found: beside });
}
