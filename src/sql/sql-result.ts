import { inspect } from "node:util";
import type { Table } from "apache-arrow";
import { type Cell, Column } from "../columns/column.js";
import { DataServiceError, IN_MEMORY } from "../errors.js";
import { columnsToArrow } from "../formats/arrow/arrow.js";
import { encodeLevel } from "../keys/encode-level.js";
import { listNames } from "../names/field.js";
import { panelFromTable } from "../open/panel-from-table.js";
import type { Panel } from "../panel/panel.js";
import { type JsonRow, jsonRows } from "../panel/panel-rows.js";
import { formatCell, groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { dateOfNs, NAT_NS } from "../time.js";

/** Strings of which there are few, as codes. */
export interface CodedStrings {
  /** One a row, -1 where missing. */
  readonly codes: Int32Array;
  readonly level: readonly string[];
}

/** Rows a result prints. */
const PRINTED_ROWS = 20;

/** The result of a query: columns in memory, in the query's order. NULL is NaN in floats, else missing. */
export class SqlResult {
  readonly rowCount: number;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #coded: ReadonlyMap<string, CodedStrings>;

  /** @internal */
  constructor(
    rowCount: number,
    columns: ReadonlyMap<string, Column>,
    coded: ReadonlyMap<string, CodedStrings>,
  ) {
    this.rowCount = rowCount;
    this.#columns = columns;
    this.#coded = coded;
  }

  /** The names of the columns, in order. */
  get columnNames(): string[] {
    return [...this.#columns.keys()];
  }

  /** Whether both keys are among the columns, so that it can become a Panel. */
  get hasKeys(): boolean {
    return (
      this.#columns.get("datetime")?.type === "datetime" && this.#columns.get("instrument")?.type === "string"
    );
  }

  /** A column by its exact name. @throws DataServiceError unknown-field */
  column(name: string): Column {
    const column = this.#columns.get(name);
    if (column) return column;
    const problem = `unknown column "${name}" in the result; it has ${listNames(this.columnNames)}`;
    throw new DataServiceError("unknown-field", problem, { field: name, found: this.columnNames });
  }

  /**
   * The result as a Panel, sorted by both keys. @throws DataServiceError sql if a key is not selected; duplicate-keys,
   * missing-keys
   */
  toPanel(): Panel {
    if (!this.hasKeys) {
      throw new DataServiceError(
        "sql",
        `the result has no datetime and instrument columns to be a Panel by; it has ${listNames(this.columnNames)}; select both, or use toArrow()`,
        { found: this.columnNames },
      );
    }
    const times = this.#columns.get("datetime")!;
    const ns = times.values as BigInt64Array;
    const names =
      this.#coded.get("instrument") ??
      encodeLevel(this.#columns.get("instrument")!.values as (string | null)[]);
    const sessions = encodeLevel(times.mask ? ns.map((t, row) => (times.mask![row] === 1 ? t : NAT_NS)) : ns);
    const columns = new Map(this.#columns);
    columns.delete("datetime");
    columns.delete("instrument");
    return panelFromTable({
      label: IN_MEMORY.sqlResult,
      keys: {
        rowCount: this.rowCount,
        datetimes: BigInt64Array.from(sessions.level),
        instruments: names.level,
        readDatetimeCodes: (first, last) => sessions.codes.subarray(first, last),
        readInstrumentCodes: (first, last) => names.codes.subarray(first, last),
      },
      columns,
    });
  }

  /** The result as an Arrow table, whose numbers share its memory. */
  toArrow(): Table {
    return columnsToArrow(this.#columns, this.rowCount);
  }

  /** One object per row; times are Dates whose UTC fields show the wall clock. */
  toRows(): Record<string, Cell | Date>[] {
    return Array.from({ length: this.rowCount }, (_, row) => {
      const entries = [...this.#columns].map(([name, column]): [string, Cell | Date] => {
        const cell = column.at(row);
        return [name, column.type === "datetime" && typeof cell === "bigint" ? dateOfNs(cell) : cell];
      });
      return Object.fromEntries(entries);
    });
  }

  /**
   * What JSON.stringify takes: the rows as `toRows` gives them, times and integers beyond 2^53 as text.
   * @see Panel.toJSON
   */
  toJSON(): JsonRow[] {
    return jsonRows([...this.#columns], this.rowCount);
  }

  /** The first rows as a table. */
  toString(): string {
    const shown = Math.min(this.rowCount, PRINTED_ROWS);
    const columns = [...this.#columns];
    const rows = Array.from({ length: shown }, (_, row) =>
      columns.map(([, column]) => formatCell(column.at(row), column.type === "datetime")),
    );
    const align = columns.map(([, { type }]) =>
      type === "string" || type === "datetime" ? "left" : "right",
    );
    const table = layTable(this.columnNames, rows, align);
    const more = this.rowCount > shown ? [`… ${groupDigits(this.rowCount)} rows`] : [];
    return [...table, ...more].join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** A column of coded strings; the strings are made when they are first read. */
export function codedColumn({ codes, level }: CodedStrings): Column {
  const texts = (part: Int32Array): (string | null)[] => Array.from(part, (code) => level[code] ?? null);
  return Column.from({
    type: "string",
    length: codes.length,
    read: (first, last) => ({ values: texts(codes.subarray(first, last)) }),
    gather: (rows) => ({ values: texts(Int32Array.from(rows, (row) => codes[row]!)) }),
  });
}
