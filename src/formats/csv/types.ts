import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlName } from "../duckdb/duckdb.js";

/** Rows by which column types are judged at first; where a later cell says otherwise, all rows are. */
const SAMPLE_ROWS = 20480;

/** What the cells of a column can be. `value` is that of a text, NULL where it is of another kind. */
interface CellKind {
  readonly type: string;
  readonly value: (text: string) => string;
}

/** `value` where the whole text matches, else NULL. */
function where(text: string, pattern: string, value: string): string {
  return `CASE WHEN regexp_full_match(${text}, '${pattern}') THEN ${value} END`;
}

function wholeNumber(type: string): CellKind {
  const pattern = String.raw`\s*[+-]?(0|[1-9]\d*)\s*`;
  return { type, value: (text) => where(text, pattern, `TRY_CAST(${text} AS ${type})`) };
}

/** `epoch` and `infinity` are times for a CAST, but do not look like one. */
const DATED = String.raw`\d{4,6}[-/]\d{1,2}[-/]\d{1,2}([ T].*)?`;

export const TIME = "TIMESTAMP_NS";

const BOOL: CellKind = {
  type: "BOOLEAN",
  value: (text) =>
    `CASE WHEN ${text} IN ('True', 'TRUE', 'true', 'False', 'FALSE', 'false') THEN CAST(${text} AS BOOLEAN) END`,
};
const DOUBLE: CellKind = {
  type: "DOUBLE",
  // `nan` means missing and does not come here; `NAN` and `Nan` are text to pandas.
  value: (text) =>
    `CASE WHEN NOT contains(${text}, '_') THEN nullif(TRY_CAST(${text} AS DOUBLE), CAST('nan' AS DOUBLE)) END`,
};
const TEXT: CellKind = { type: "VARCHAR", value: (text) => text };

/**
 * The kinds in the order in which they are tried: that of pandas' read_csv (`TextReader._convert_tokens`), and times
 * besides. They are told by the text of every cell, since DuckDB's reader cannot be trusted with it: once a sample has
 * made a column one of whole numbers, it rounds a later `1.5` to 2 and drops the zeros of `000123`; after bools it takes
 * 1 for true; and `0x10`, `T` and `yes` are numbers and bools to it.
 */
const KINDS: readonly CellKind[] = [
  BOOL,
  wholeNumber("BIGINT"),
  wholeNumber("UBIGINT"),
  // Codes such as 000001, and digits that 64 bits do not hold: a number would not be the same.
  { type: "VARCHAR", value: (text) => where(text, String.raw`\s*[+-]?\d+\s*`, text) },
  DOUBLE,
  { type: TIME, value: (text) => where(text, DATED, timeOf(text, "TRY_CAST")) },
  // A sentinel such as 9999-12-31 is beyond nanoseconds; it matters to those who read its column.
  { type: "TIMESTAMP", value: (text) => where(text, DATED, `TRY_CAST(${text} AS TIMESTAMP)`) },
  TEXT,
];

/** The last and the first time that 64-bit nanoseconds hold, which DuckDB has for its infinities. */
export const [LAST_TIME, FIRST_TIME] = ["2262-04-11 23:47:16.854775807", "1677-09-21 00:12:43.145224193"];

/**
 * The time of a text, to the nanosecond. A wall clock is not shifted: `2020-03-02 09:31:00+08:00` is 09:31,
 * whatever the offset after the time of day.
 */
export function timeOf(text: string, cast: "CAST" | "TRY_CAST" = "CAST"): string {
  const wallClock = `regexp_replace(${text}, '(:\\d\\d(\\.\\d+)?) ?(Z|[+-]\\d\\d(:?\\d\\d)?)$', '\\1')`;
  const bounded = `CASE ${text} WHEN '${LAST_TIME}' THEN 'infinity' WHEN '${FIRST_TIME}' THEN '-infinity' ELSE ${wallClock} END`;
  return `${cast}(${bounded} AS ${TIME})`;
}

/** The time of a key: `20200302` is a date there. */
function keyTimeOf(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '\\d{8}') THEN CAST(strptime(${text}, '%Y%m%d') AS ${TIME})
  WHEN NOT regexp_full_match(${text}, '${DATED}') THEN error(concat('Could not convert string ''', ${text}, ''' to a time'))
  ELSE ${timeOf(text)} END`;
}

/**
 * Reads the keys and columns of a relation of texts into the table `csv_rows`, each column by the first kind that all
 * its cells are of; one without cells is float64, as pandas has it.
 */
export async function loadTyped(
  connection: DuckDBConnection,
  texts: string,
  [datetime, instrument]: readonly [string, string],
  names: readonly string[],
): Promise<void> {
  const loadAs = async (kinds: readonly CellKind[]) => {
    const cells = names.map((name, i) => `${checked(sqlName(name), kinds[i]!)} AS ${sqlName(name)}`);
    const keys = [`${keyTimeOf(sqlName(datetime))} AS ${sqlName(datetime)}`, sqlName(instrument)];
    const selected = [...keys, ...cells].join(", ");
    await connection.run(`CREATE OR REPLACE TEMP TABLE csv_rows AS SELECT ${selected} FROM ${texts}`);
  };
  const sample = await kindsOf(connection, `(FROM ${texts} LIMIT ${SAMPLE_ROWS})`, names);
  if (sample.every((kind) => kind !== undefined)) {
    try {
      return await loadAs(sample);
    } catch {
      // A later cell is of another kind; what is wrong in all rows shows again below.
    }
  }
  const kinds = await kindsOf(connection, texts, names);
  return loadAs(kinds.map((kind) => kind ?? DOUBLE));
}

/** The cells of a column; one of another kind is an error. */
function checked(text: string, { type, value }: CellKind): string {
  if (value === TEXT.value) return text;
  return `coalesce(${value(text)}, CASE WHEN ${text} IS NOT NULL THEN CAST(error('a cell of another kind') AS ${type}) END)`;
}

/** The first kind that all cells of each column are of; undefined where it has none. */
async function kindsOf(
  connection: DuckDBConnection,
  texts: string,
  names: readonly string[],
): Promise<(CellKind | undefined)[]> {
  if (names.length === 0) return [];
  const counts = names.map(sqlName).flatMap((text) => KINDS.map(({ value }) => `count(${value(text)})`));
  const row = (await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${texts}`)).getRows()[0]!;
  return names.map((_, i) => {
    const cells = row[i * KINDS.length + KINDS.length - 1];
    if (cells === 0n) return undefined;
    return KINDS.find((_, k) => row[i * KINDS.length + k] === cells);
  });
}
