import {
  type DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBEnumType,
  type DuckDBResult,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { DataServiceError } from "../errors.js";
import { Filling } from "../formats/duckdb-read.js";
import { rawVector, readCells, readValidity } from "../formats/duckdb-vectors.js";
import { codeArray } from "../formats/duckdb-write.js";
import type { ColumnType } from "../formats/table.js";
import { Column } from "../panel/column.js";
import { NS_PER_DAY, NS_PER_MS, NS_PER_SECOND } from "../time.js";
import { type CodedStrings, codedColumn, SqlResult } from "./sql-result.js";

/** Types whose cells lie in memory as ours do. */
const SAME: ReadonlyMap<DuckDBTypeId, ColumnType> = new Map<DuckDBTypeId, ColumnType>([
  [DuckDBTypeId.FLOAT, "float32"],
  [DuckDBTypeId.DOUBLE, "float64"],
  [DuckDBTypeId.TINYINT, "int8"],
  [DuckDBTypeId.SMALLINT, "int16"],
  [DuckDBTypeId.INTEGER, "int32"],
  [DuckDBTypeId.BIGINT, "int64"],
  [DuckDBTypeId.UTINYINT, "uint8"],
  [DuckDBTypeId.USMALLINT, "uint16"],
  [DuckDBTypeId.UINTEGER, "uint32"],
  [DuckDBTypeId.UBIGINT, "uint64"],
  [DuckDBTypeId.BOOLEAN, "bool"],
  [DuckDBTypeId.VARCHAR, "string"],
  [DuckDBTypeId.TIMESTAMP_NS, "datetime"],
]);

/** Types that are converted value by value: what sums of integers, decimal literals and dates give. */
const CONVERTED: ReadonlyMap<DuckDBTypeId, "float64" | "datetime"> = new Map([
  [DuckDBTypeId.HUGEINT, "float64" as const],
  [DuckDBTypeId.UHUGEINT, "float64" as const],
  [DuckDBTypeId.DECIMAL, "float64" as const],
  [DuckDBTypeId.SQLNULL, "float64" as const],
  [DuckDBTypeId.DATE, "datetime" as const],
  [DuckDBTypeId.TIMESTAMP, "datetime" as const],
  [DuckDBTypeId.TIMESTAMP_MS, "datetime" as const],
  [DuckDBTypeId.TIMESTAMP_S, "datetime" as const],
]);

interface Collected {
  /** Takes column `i` of a chunk. */
  add(chunk: DuckDBDataChunk, i: number): void;
  finish(): { column: Column; coded?: CodedStrings };
}

/** All rows of a result. @throws DataServiceError sql for types that a column cannot hold */
export async function readResult(result: DuckDBResult): Promise<SqlResult> {
  const names = result.deduplicatedColumnNames();
  const collected = names.map((name, i) => collect(name, result.columnType(i)));
  let rowCount = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const [i, one] of collected.entries()) one.add(chunk, i);
    rowCount += chunk.rowCount;
  }
  const columns = new Map<string, Column>();
  const coded = new Map<string, CodedStrings>();
  for (const [i, name] of names.entries()) {
    const done = collected[i]!.finish();
    columns.set(name, done.column);
    if (done.coded) coded.set(name, done.coded);
  }
  return new SqlResult(rowCount, columns, coded);
}

function collect(name: string, type: DuckDBType): Collected {
  if (type instanceof DuckDBEnumType) return collectEnum(type);
  const same = SAME.get(type.typeId);
  if (same) return collectSame(same);
  const converted = CONVERTED.get(type.typeId);
  if (converted) return collectConverted(converted);
  throw new DataServiceError(
    "sql",
    `column "${name}" of the result is ${type}, which a column cannot hold; cast it in the query, as in CAST(${name} AS VARCHAR)`,
    { field: name },
  );
}

function collectSame(type: ColumnType): Collected {
  const filling = new Filling(type);
  return {
    add: (chunk, i) => filling.add(chunk.getColumnVector(i), chunk.rowCount),
    finish: () => {
      const { values, mask } = filling.finish();
      return { column: Column.of(type, values, mask) };
    },
  };
}

function collectEnum({ values: level }: DuckDBEnumType): Collected {
  const Codes = codeArray(level.length);
  const parts: Int32Array[] = [];
  return {
    add: (chunk, i) => {
      const vector = rawVector(chunk, i);
      const count = chunk.rowCount;
      const bytes = readCells(vector, count * Codes.BYTES_PER_ELEMENT);
      const codes = new Int32Array(new Codes(bytes.buffer as ArrayBuffer, bytes.byteOffset, count));
      const bits = readValidity(vector, count);
      if (bits)
        for (let row = 0; row < count; row++) if (((bits[row >> 3]! >> (row & 7)) & 1) === 0) codes[row] = -1;
      parts.push(codes);
    },
    finish: () => {
      const codes = new Int32Array(parts.reduce((rows, part) => rows + part.length, 0));
      let at = 0;
      for (const part of parts) {
        codes.set(part, at);
        at += part.length;
      }
      const coded = { codes, level };
      return { column: codedColumn(coded), coded };
    },
  };
}

function collectConverted(type: "float64" | "datetime"): Collected {
  const cells: (number | bigint | null)[] = [];
  return {
    add: (chunk, i) => {
      const vector = chunk.getColumnVector(i);
      for (let row = 0; row < chunk.rowCount; row++) cells.push(cellOf(vector.getItem(row)));
    },
    finish: () => {
      if (type === "float64") {
        return {
          column: Column.of(
            type,
            Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
          ),
        };
      }
      const mask = cells.includes(null)
        ? Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1))
        : undefined;
      return {
        column: Column.of(
          type,
          BigInt64Array.from(cells, (cell) => (cell as bigint | null) ?? 0n),
          mask,
        ),
      };
    },
  };
}

function cellOf(value: unknown): number | bigint | null {
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBDateValue) return BigInt(value.days) * NS_PER_DAY;
  if (value instanceof DuckDBTimestampValue) return value.micros * 1000n;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * NS_PER_MS;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * NS_PER_SECOND;
  return typeof value === "bigint" ? Number(value) : null;
}
