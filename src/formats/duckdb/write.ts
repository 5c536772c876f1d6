import { resolve } from "node:path";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBTableFunction,
  type DuckDBType,
  ENUM,
  FLOAT,
  INTEGER,
  SMALLINT,
  TIMESTAMP_NS,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from "@duckdb/node-api";
import { datetimesOf } from "../../columns/key-columns.js";
import type { ColumnData, ColumnType, Progress, WritableTable } from "../../columns/table.js";
import { sqlName, sqlText, withDuckDB } from "./duckdb.js";
import { fillColumn } from "./vectors.js";

export const DUCKDB_TYPE: Readonly<Record<ColumnType, DuckDBType>> = {
  float32: FLOAT,
  float64: DOUBLE,
  int8: TINYINT,
  int16: SMALLINT,
  int32: INTEGER,
  int64: BIGINT,
  uint8: UTINYINT,
  uint16: USMALLINT,
  uint32: UINTEGER,
  uint64: UBIGINT,
  bool: BOOLEAN,
  datetime: TIMESTAMP_NS,
  string: VARCHAR,
};

/** Rows of a DuckDB vector. */
export const VECTOR_ROWS = 2048;
/** Rows read from the table's sources at a time. */
const SLAB_ROWS = 32 * VECTOR_ROWS;

/** How the columns go into the SELECT of a COPY: an expression for a quoted name. */
export type Expression = (name: string, type: ColumnType) => string;

/**
 * Copies a table to a file by DuckDB: `COPY (SELECT datetime, instrument, …) TO path (options)`. DuckDB pulls
 * the rows as it writes, so that only a slab of the columns is in memory. It writes into the very file that is there:
 * by itself it would make another beside it. The path goes in whole, since DuckDB takes a `~` at its beginning for the
 * home folder.
 */
export async function copyTable(
  table: WritableTable,
  path: string,
  options: readonly string[],
  expression: Expression,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  await withDuckDB(async (connection) => {
    const rows = new TableRows(table, onProgress);
    rows.register(connection);
    const columns = Array.from(table.columns, ([name, source], i) => {
      return `${expression(`c${i}`, source.type)} AS ${sqlName(name)}`;
    });
    const keys = [
      `${expression("datetime", "datetime")} AS datetime`,
      "CAST(instrument AS VARCHAR) AS instrument",
    ];
    try {
      await connection.run(
        `COPY (SELECT ${[...keys, ...columns].join(", ")} FROM table_rows()) TO ${sqlText(resolve(path))} (${[...options, "USE_TMP_FILE false"].join(", ")})`,
      );
    } catch (error) {
      throw rows.error ?? error;
    }
  });
}

/** A DuckDB table function that yields the rows of a table in order. */
class TableRows {
  /** What a source threw; DuckDB passes on only its text. */
  error: unknown;
  #slab: ColumnData[] = [];
  #slabFirst = 0;
  #slabLast = 0;
  #row = 0;

  constructor(
    readonly table: WritableTable,
    readonly onProgress: ((progress: Progress) => void) | undefined,
  ) {}

  register(connection: DuckDBConnection): void {
    const { keys, columns } = this.table;
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: "table_rows",
        bindFunction: (info) => {
          info.addResultColumn("datetime", TIMESTAMP_NS);
          info.addResultColumn("instrument", keys.instruments.length > 0 ? ENUM(keys.instruments) : VARCHAR);
          for (const [i, source] of [...columns.values()].entries()) {
            info.addResultColumn(`c${i}`, DUCKDB_TYPE[source.type]);
          }
          info.setCardinality(keys.rowCount, true);
        },
        initFunction: (info) => info.setMaxThreads(1),
        mainFunction: (info, chunk) => {
          try {
            this.#fill(chunk);
          } catch (error) {
            this.error = error;
            info.setError(String(error));
          }
        },
      }),
    );
  }

  #fill(chunk: DuckDBDataChunk): void {
    const totalRows = this.table.keys.rowCount;
    const first = this.#row;
    const count = Math.min(VECTOR_ROWS, totalRows - first);
    chunk.rowCount = count;
    if (count === 0) return;
    if (first === this.#slabLast) this.#readSlab();
    const at = first - this.#slabFirst;
    for (const [i, data] of this.#slab.entries()) fillColumn(chunk, i, data, at, count);
    this.#row += count;
    if (this.#row === this.#slabLast) this.onProgress?.({ rows: this.#row, totalRows });
  }

  #readSlab(): void {
    const { keys, columns } = this.table;
    const [first, last] = [this.#slabLast, Math.min(this.#slabLast + SLAB_ROWS, keys.rowCount)];
    const Codes = codeArray(keys.instruments.length);
    this.#slab = [
      { values: datetimesOf(keys, first, last) },
      { values: new Codes(keys.codesOf(first, last)) },
      ...Array.from(columns.values(), (source) => source.read(first, last)),
    ];
    [this.#slabFirst, this.#slabLast] = [first, last];
  }
}

/** What DuckDB stores the codes of an ENUM of `size` names in. */
export function codeArray(size: number): typeof Uint8Array | typeof Uint16Array | typeof Uint32Array {
  return size <= 0xff ? Uint8Array : size <= 0xffff ? Uint16Array : Uint32Array;
}
