import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlName } from "../duckdb/duckdb.js";
import type { DuckDBColumn } from "../duckdb/read.js";

/** float64 holds every decimal of so many digits, as the number that its text is. */
const EXACT_DIGITS = 15;

/** How the columns of decimals of a relation are read. */
export interface Decimals {
  /** The relation in which they are numbers, or text. */
  readonly from: string;
  /** Their types there, by name. */
  readonly types: ReadonlyMap<string, string>;
  /** Those that are text. */
  readonly texts: readonly string[];
}

/** Decimals are float64 where each of a column is the same number there, else text: pandas has Decimal objects. */
export async function readDecimals(
  connection: DuckDBConnection,
  columns: readonly DuckDBColumn[],
  from: string,
): Promise<Decimals> {
  const decimals = columns.flatMap(({ name, type }) => {
    const digits = /^DECIMAL\((\d+),/.exec(type)?.[1];
    return digits !== undefined && Number(digits) <= 38 ? [{ name, type, digits: Number(digits) }] : [];
  });
  if (decimals.length === 0) return { from, types: new Map(), texts: [] };
  const wide = decimals.filter(({ digits }) => digits > EXACT_DIGITS);
  const texts: string[] = [];
  if (wide.length > 0) {
    // A text of 17 digits names one float64: a decimal is exact where its own digits come back.
    const counts = wide.map(({ name, type }) => {
      const cell = sqlName(name);
      return `count(*) FILTER (TRY_CAST(CAST(${cell} AS DOUBLE) AS ${type}) IS DISTINCT FROM ${cell})`;
    });
    const row = (await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${from}`)).getRows()[0]!;
    for (const [i, { name }] of wide.entries()) if (row[i] !== 0n) texts.push(name);
  }
  const typeOf = (name: string) => (texts.includes(name) ? "VARCHAR" : "DOUBLE");
  const replaced = decimals.map(
    ({ name }) => `CAST(${sqlName(name)} AS ${typeOf(name)}) AS ${sqlName(name)}`,
  );
  return {
    from: `(SELECT * REPLACE (${replaced.join(", ")}) FROM ${from})`,
    types: new Map(decimals.map(({ name }) => [name, typeOf(name)])),
    texts,
  };
}
