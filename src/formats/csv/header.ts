import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlPath, sqlText } from "../duckdb/duckdb.js";

/**
 * Quotes are as pandas' read_csv has them. Left to itself, DuckDB takes a backslash within quotes for an escape and
 * lines for comments, by what a few rows look like.
 */
export const DIALECT = `quote = '"', escape = '"', comment = ''`;

/** A name that DuckDB may have made: `A_1` beside `a`, `column5` for one that reads as a missing cell. */
const MADE = /_\d+$|^column\d+$/;

/**
 * What the header of a CSV file calls its columns, which DuckDB calls otherwise where SQL could not tell them apart.
 * An empty name stays what DuckDB made of it, and spaces around names are dropped.
 * @param called the names that DuckDB gives them
 */
export async function headerNames(
  connection: DuckDBConnection,
  path: string,
  called: readonly string[],
): Promise<readonly string[]> {
  if (!called.some((name) => MADE.test(name))) return called;
  const rowOf = async (query: string) => (await connection.runAndReadAll(query)).getRows()[0] ?? [];
  const file = sqlPath(path);
  const [separator, skipped] = await rowOf(
    `SELECT Delimiter, SkipRows FROM sniff_csv(${file}, header = true, ${DIALECT})`,
  );
  const options = `header = false, all_varchar = true, ${DIALECT}, delim = ${sqlText(String(separator))}, skip = ${skipped}`;
  const cells = await rowOf(`SELECT * FROM read_csv(${file}, ${options}) LIMIT 1`);
  const names = called.map((name, i) => String(cells[i] ?? "").trim() || name);
  // Where these are not the cells that DuckDB made its names of, it found the header in another line.
  const fits = called.every((name, i) => {
    return name === names[i] || name.startsWith(`${names[i]}_`) || /^column\d+$/.test(name);
  });
  return fits && cells.length === called.length ? names : called;
}

/** The header line of a CSV file, without its end. */
export function headerLine(names: readonly string[]): string {
  return names.map((name) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(",");
}
