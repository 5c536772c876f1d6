import type { Table } from "apache-arrow";
import { Column } from "../../columns/column.js";
import type { ColumnSource } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { columnsToArrow } from "../../formats/arrow/arrow.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";

/** Numbers by session: a daily report, indicators. Columns are named as in qlib. */
export class DailyTable<Name extends string = string> {
  /** Epoch nanoseconds, strictly ascending. */
  readonly datetimes: BigInt64Array;
  readonly #columns: ReadonlyMap<string, Float64Array>;

  constructor(datetimes: BigInt64Array, columns: ReadonlyMap<Name, Float64Array>) {
    this.datetimes = datetimes;
    this.#columns = columns;
  }

  /** How many rows there are. */
  get rowCount(): number {
    return this.datetimes.length;
  }

  /** The names of the columns, in order. */
  get columnNames(): Name[] {
    return [...this.#columns.keys()] as Name[];
  }

  /** Whether there is a column of this name. */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /** One number a session. @throws DataServiceError unknown-field */
  column(name: Name): Float64Array {
    const column = this.#columns.get(name);
    if (column) return column;
    const near = nearestName(name, this.#columns.keys());
    const problem = `no column "${name}" in this table${suggestion(near) || `; it has ${listNames(this.columnNames)}`}`;
    throw new DataServiceError("unknown-field", problem, { field: name, found: this.columnNames });
  }

  /** The row of a session, -1 where there is none. */
  rowOf(datetime: bigint): number {
    return this.datetimes.indexOf(datetime);
  }

  /** An Arrow table: `datetime`, then the columns. */
  toArrow(): Table {
    const sources = new Map<string, ColumnSource>([["datetime", Column.of("datetime", this.datetimes)]]);
    for (const [name, values] of this.#columns) sources.set(name, Column.of("float64", values));
    return columnsToArrow(sources, this.rowCount);
  }
}
