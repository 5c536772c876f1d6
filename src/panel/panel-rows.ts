import type { Cell, Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import { refuseKeyNames } from "../names/key-names.js";
import { setOwn } from "../names/set-own.js";
import { dateOfNs, formatNs } from "../time.js";
import { jsonCell } from "./cell-json.js";
import type { Panel } from "./panel.js";

/** The key of a row. */
export interface RowKey {
  /** Its UTC fields show the exchange wall clock. */
  readonly datetime: Date;
  readonly instrument: string;
}

/** A row of a Panel as an object: the key and one entry per column. */
export type PanelRow = RowKey & Record<string, Cell | Date>;

/** A row as JSON holds it. */
export type JsonRow = Record<string, string | number | boolean | null>;

/** @see Panel.keyAt @throws DataServiceError bad-request */
export function keyOf({ indexWithRepeats: index, rowCount, label }: Panel, row: number): RowKey {
  if (!(Number.isInteger(row) && row >= 0 && row < rowCount)) {
    const problem = `row ${row} of ${label}, which has ${rowCount} rows`;
    throw new DataServiceError("bad-request", problem, { position: row });
  }
  const code = index.codesOf(row, row + 1)[0]!;
  return {
    datetime: dateOfNs(index.datetimes[index.sessionOf(row)]!),
    instrument: index.instruments[code]!,
  };
}

/** One object a row. @see Panel.toRows @throws DataServiceError column-conflict */
export function rowsOf(panel: Panel): PanelRow[] {
  refuseKeyNames(panel.columnNames, "toRows");
  const { indexWithRepeats: index } = panel;
  const { codes, instruments } = index;
  const columns = panel.columnNames.map((name) => [name, panel.column(name)] as const);
  for (const [, column] of columns) column.values; // loads it once, rather than cell by cell
  const rows: PanelRow[] = [];
  for (let session = 0; session < index.sessionCount; session++) {
    for (let row = index.startOf(session); row < index.startOf(session + 1); row++) {
      const datetime = dateOfNs(index.datetimes[session]!);
      const object: PanelRow = { datetime, instrument: instruments[codes[row]!]! };
      for (const [name, column] of columns) setOwn<Cell | Date>(object, name, column.at(row));
      rows.push(object);
    }
  }
  return rows;
}

/** The same with values that JSON has. @see Panel.toJSON @throws DataServiceError column-conflict */
export function jsonRowsOf(panel: Panel): JsonRow[] {
  refuseKeyNames(panel.columnNames, "toJSON");
  const { indexWithRepeats: index } = panel;
  const { codes, instruments } = index;
  const columns = panel.columnNames.map((name) => [name, panel.column(name)] as const);
  return jsonRows(columns, panel.rowCount, (row) => ({
    datetime: formatNs(index.datetimes[index.sessionOf(row)]!),
    instrument: instruments[codes[row]!]!,
  }));
}

/** One object a row as JSON holds it: what `key` gives of the row, and one entry a column. */
export function jsonRows(
  columns: readonly (readonly [name: string, column: Column])[],
  rowCount: number,
  key: (row: number) => JsonRow = () => ({}),
): JsonRow[] {
  for (const [, column] of columns) column.values; // loads it once, rather than cell by cell
  return Array.from({ length: rowCount }, (_, row) => {
    const cells = columns.map(([name, column]) => [name, jsonCell(column.at(row), column.type)] as const);
    return { ...key(row), ...Object.fromEntries(cells) };
  });
}
