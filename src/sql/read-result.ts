import {
  type DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBEnumType,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { asInt64 } from "../columns/cells.js";
import { Column } from "../columns/column.js";
import type { ColumnType } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { Filling } from "../formats/duckdb/filling.js";
import { rawVector, readCells, readValidity } from "../formats/duckdb/vectors.js";
import { codeArray } from "../formats/duckdb/write.js";
import { NS_PER_DAY, NS_PER_MS, NS_PER_SECOND, toNanoseconds } from "../time.js";
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

/** Types that are converted to float64 value by value: what sums of integers and decimal literals give. */
const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.SQLNULL,
]);

/** Times of other units than nanoseconds: their unit, and the type of the number they are. */
const TIMES: ReadonlyMap<DuckDBTypeId, readonly [unitNs: bigint, stored: "int32" | "int64"]> = new Map([
  [DuckDBTypeId.DATE, [NS_PER_DAY, "int32"]],
  [DuckDBTypeId.TIMESTAMP, [1000n, "int64"]],
  [DuckDBTypeId.TIMESTAMP_MS, [NS_PER_MS, "int64"]],
  [DuckDBTypeId.TIMESTAMP_S, [NS_PER_SECOND, "int64"]],
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
  if (NUMBERS.has(type.typeId)) return collectNumbers();
  const time = TIMES.get(type.typeId);
  if (time) return collectTimes(name, ...time);
  throw new DataServiceError(
    "sql",
    `column "${name}" of the result is ${type}, which a column cannot hold; ${castAdvice(name)}`,
    { field: name },
  );
}

function castAdvice(name: string): string {
  return `cast it in the query, as in CAST(${name} AS VARCHAR)`;
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

function collectNumbers(): Collected {
  const cells: number[] = [];
  return {
    add: (chunk, i) => {
      const vector = chunk.getColumnVector(i);
      for (let row = 0; row < chunk.rowCount; row++) cells.push(numberOf(vector.getItem(row)));
    },
    finish: () => ({ column: Column.of("float64", Float64Array.from(cells)) }),
  };
}

function numberOf(value: unknown): number {
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  return typeof value === "bigint" ? Number(value) : Number.NaN;
}

function collectTimes(name: string, unitNs: bigint, stored: "int32" | "int64"): Collected {
  const filling = new Filling(stored);
  return {
    add: (chunk, i) => filling.add(chunk.getColumnVector(i), chunk.rowCount),
    finish: () => {
      const { values, mask } = filling.finish();
      const times = asInt64(values as Int32Array | BigInt64Array);
      const of = { label: "the result", field: name, code: "sql", advice: castAdvice(name) } as const;
      return { column: Column.of("datetime", toNanoseconds(times, unitNs, of), mask) };
    },
  };
}
