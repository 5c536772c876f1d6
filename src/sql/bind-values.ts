import {
  BIGINT,
  DOUBLE,
  type DuckDBPreparedStatement,
  DuckDBTimestampNanosecondsValue,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  UBIGINT,
} from "@duckdb/node-api";
import { DataServiceError } from "../errors.js";
import { namedEntries } from "../names/named-entries.js";
import { NS_PER_MS } from "../time.js";

/** A value for a parameter of a query; a Date is read by its UTC fields. */
export type SqlValue = string | number | bigint | boolean | Date | null;

/** Values for `?` or `$1` (an array), or for `$name` (an object). */
export type SqlValues = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** Gives the parameters of a statement their values. @throws DataServiceError bad-request, and what DuckDB throws */
export function bindValues(statement: DuckDBPreparedStatement, values: SqlValues): void {
  if (Array.isArray(values)) {
    for (const [i, value] of values.entries()) bindOne(statement, i + 1, value, `${i + 1}`);
    return;
  }
  for (const [name, value] of namedEntries(values as Readonly<Record<string, SqlValue>>, "sql: values")) {
    bindOne(statement, statement.parameterIndex(name), value, `"${name}"`);
  }
}

function bindOne(statement: DuckDBPreparedStatement, at: number, value: SqlValue, what: string): void {
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    const ns = BigInt(value.getTime()) * NS_PER_MS;
    statement.bindTimestampNanoseconds(at, new DuckDBTimestampNanosecondsValue(ns));
  } else if (value === null || PLAIN.has(typeof value)) {
    statement.bindValue(at, value as DuckDBValue, typeOf(value as DuckDBValue));
  } else {
    const found = value instanceof Date ? "an invalid Date" : `of the type ${typeof value}`;
    throw new DataServiceError(
      "bad-request",
      `sql: the value of parameter ${what} is ${found}; give text, a number, a bigint, a boolean, a Date or null`,
    );
  }
}

const PLAIN: ReadonlySet<string> = new Set(["string", "number", "bigint", "boolean"]);

/**
 * The type of a number, undefined where DuckDB's own choice is right. It takes every bigint for HUGEINT, which a result
 * rounds to float64, and whole numbers that no BIGINT holds for one.
 */
function typeOf(value: DuckDBValue): DuckDBType | undefined {
  if (typeof value === "number") return Math.abs(value) >= 2 ** 63 ? DOUBLE : undefined;
  if (typeof value !== "bigint") return undefined;
  if (BigInt.asIntN(64, value) === value) return BIGINT;
  return BigInt.asUintN(64, value) === value ? UBIGINT : HUGEINT;
}
