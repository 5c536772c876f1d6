import type { DuckDBConnection } from "@duckdb/node-api";
import { isoNs, NS_PER_DAY } from "../time.js";
import { explainingLines } from "./csv-fault.js";
import { headerLine, headerNames } from "./csv-header.js";
import { sqlName, sqlPath, sqlText, withDuckDB } from "./duckdb.js";
import { reading } from "./duckdb-error.js";
import { describeRelation, readRelation } from "./duckdb-read.js";
import { copyTable } from "./duckdb-write.js";
import { chooseColumns, type LayoutColumn, layOut } from "./pandas-metadata.js";
import { refuseMissing, refuseNul, refuseSpaces, refuseUnnamed } from "./storable-names.js";
import type { FileTable, Progress, TableRequest, WritableTable } from "./table.js";

/** What stands for a missing cell: what pandas' read_csv takes for one, of those that occur. */
const MISSING = ["", "NaN", "nan", "NA", "N/A", "NULL", "null", "None", "<NA>", "NaT"];
/** The types DuckDB finds out for a column; a number never becomes a date. @see finerTypes */
const CANDIDATES = ["BOOLEAN", "BIGINT", "DOUBLE", "TIMESTAMP", "VARCHAR"];

/** Rows by which column types are judged at first; when later rows say otherwise, all rows are. */
const SAMPLE_ROWS = 20480;

/**
 * A CSV file with a header and the columns `datetime` (`2020-03-02`, `20200302` or with a time of day, to the
 * nanosecond) and `instrument` (kept as text: `000001` stays `000001`). Other columns are int64, uint64 (where int64
 * cannot hold them), float64, bool, datetime or string, by all their cells. Separator and quotes are found out by
 * DuckDB.
 * @throws DataServiceError corrupt, over-budget, flat-index, unknown-field
 */
export function openCsv(path: string, { columns, onProgress }: TableRequest): Promise<FileTable> {
  return withCsv(path, columns, (rows) => rows({ columns, onProgress }));
}

/** Reads the rows of a CSV file, those of [startNs, endNs] where that is given. */
export type CsvRows = (request: TableRequest) => Promise<FileTable>;

/**
 * A CSV file for as long as `use` takes. Its text is read now, into a table of DuckDB; rows come from there, however
 * often they are asked for. What of the table does not fit into `memoryBytes` is on disk; any size does when omitted.
 * @param columns the most that are asked for; all when omitted
 * @throws DataServiceError as `openCsv`, and what `use` throws
 */
export function withCsv<T>(
  path: string,
  columns: TableRequest["columns"],
  use: (rows: CsvRows) => Promise<T>,
  memoryBytes?: number,
): Promise<T> {
  const limits: Record<string, string> = memoryBytes === undefined ? {} : { memory_limit: `${memoryBytes}B` };
  return withDuckDB(async (connection) => {
    const load = () => reading(path, "CSV file", () => loadCsv(connection, path, columns));
    const table = await explainingLines(path, load);
    return use((request) => reading(path, "CSV file", () => readRows(connection, path, table, request)));
  }, limits);
}

/** What `csv_rows` holds. */
interface LoadedCsv {
  /** What the table calls the keys. */
  readonly datetime: string;
  readonly instrument: string;
  /** By the header's names; their fields are what the table calls them. */
  readonly columns: readonly LayoutColumn[];
  /** Their types by what the table calls them. */
  readonly typeOf: ReadonlyMap<string, string>;
}

async function loadCsv(
  connection: DuckDBConnection,
  path: string,
  asked: TableRequest["columns"],
): Promise<LoadedCsv> {
  const options = `${sqlPath(path)}, header = true, nullstr = [${MISSING.map(sqlText).join(", ")}]`;
  const fields = await describeRelation(connection, `read_csv(${options}, all_varchar = true)`);
  const kindOf = (name: string) => (name === "datetime" || name === "instrument" ? name : undefined);
  const called = fields.map(({ name }) => name);
  const header = await headerNames(connection, path, called);
  const calledIn = new Map(header.map((name, i) => [name, called[i]!]));
  const layout = layOut(header, kindOf, () => "VARCHAR", undefined, path);
  const columns = chooseColumns(layout.columns, asked, path).map((column) => {
    return { ...column, field: calledIn.get(column.field)! };
  });
  const [datetime, instrument] = [calledIn.get("datetime")!, calledIn.get("instrument")!];
  const names = columns.map(({ field }) => field);
  const typeOf = await loadTyped(connection, options, [datetime, instrument], names);
  return { datetime, instrument, columns, typeOf };
}

async function readRows(
  connection: DuckDBConnection,
  path: string,
  { datetime, instrument, columns, typeOf }: LoadedCsv,
  { columns: asked, startNs, endNs, onProgress }: TableRequest,
): Promise<FileTable> {
  const time = sqlName(datetime);
  const bounds: string[] = [];
  if (startNs !== undefined) bounds.push(`${time} >= ${timeOf(textOfNs(startNs))}`);
  if (endNs !== undefined) bounds.push(`${time} <= ${timeOf(textOfNs(endNs))}`);
  const chosen = chooseColumns(columns, asked, path);
  const table = await readRelation(connection, {
    from: "csv_rows",
    datetime: time,
    datetimeType: TIME,
    instrument: sqlName(instrument),
    columns: chosen.map((column) => ({ ...column, type: typeOf.get(column.field)! })),
    where: bounds.join(" AND "),
    label: path,
    onProgress,
  });
  return { label: path, ...table };
}

/** The last and the first time that 64-bit nanoseconds hold, which DuckDB has for its infinities. */
const [LAST_TIME, FIRST_TIME] = ["2262-04-11 23:47:16.854775807", "1677-09-21 00:12:43.145224193"];

/**
 * The time of a text, to the nanosecond. A wall clock is not shifted: `2020-03-02 09:31:00+08:00` is 09:31,
 * whatever the offset after the time of day.
 */
function timeOf(text: string): string {
  const wallClock = `regexp_replace(${text}, '(:\\d\\d(\\.\\d+)?) ?(Z|[+-]\\d\\d(:?\\d\\d)?)$', '\\1')`;
  const bounded = `CASE ${text} WHEN '${LAST_TIME}' THEN 'infinity' WHEN '${FIRST_TIME}' THEN '-infinity' ELSE ${wallClock} END`;
  return `CAST(${bounded} AS TIMESTAMP_NS)`;
}

/** The time of a key: `20200302` is a date there. */
function keyTimeOf(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '\\d{8}')
  THEN CAST(strptime(${text}, '%Y%m%d') AS TIMESTAMP_NS) ELSE ${timeOf(text)} END`;
}

function textOfNs(ns: bigint): string {
  return sqlText(isoNs(ns).replace("T", " "));
}

/** Reads the keys and columns into the table `csv_rows`, and gives the columns' types. */
async function loadTyped(
  connection: DuckDBConnection,
  options: string,
  keys: readonly string[],
  names: readonly string[],
): Promise<Map<string, string>> {
  const candidates = `auto_type_candidates = [${CANDIDATES.map(sqlText).join(", ")}]`;
  const loadAs = async (sample: number, finer: ReadonlyMap<string, string>) => {
    const texts = [...keys, ...finer.keys()].map((name) => `${sqlText(name)}: 'VARCHAR'`);
    const from = `read_csv(${options}, types = {${texts.join(", ")}}, ${candidates}, sample_size = ${sample})`;
    const columns = names.map((name) => {
      const type = finer.get(name);
      if (type === undefined) return sqlName(name);
      const cell = type === TIME ? timeOf(sqlName(name)) : `CAST(${sqlName(name)} AS ${type})`;
      return `${cell} AS ${sqlName(name)}`;
    });
    const [datetime, instrument] = keys.map(sqlName);
    const cells = [`${keyTimeOf(datetime!)} AS ${datetime}`, instrument, ...columns].join(", ");
    await connection.run(`CREATE OR REPLACE TEMP TABLE csv_rows AS SELECT ${cells} FROM ${from}`);
    const described = await describeRelation(connection, "csv_rows");
    return new Map(described.map(({ name, type }) => [name, type]));
  };
  const load = async (sample: number) => {
    const typeOf = await loadAs(sample, new Map());
    const finer = await finerTypes(connection, options, names, typeOf);
    return finer.size > 0 ? await loadAs(sample, finer) : typeOf;
  };
  try {
    const typeOf = await load(SAMPLE_ROWS);
    if (await isEmpty(connection))
      return await loadAs(SAMPLE_ROWS, new Map(names.map((name) => [name, "DOUBLE"])));
    const texts = names.filter((name) => typeOf.get(name) === "VARCHAR");
    if (!(await anyIsTyped(connection, texts))) return typeOf;
  } catch {
    // A later row does not have the type of the sample; what is wrong in all rows shows again below.
  }
  return load(-1);
}

/** A column without cells is one of numbers, which every format holds. */
async function isEmpty(connection: DuckDBConnection): Promise<boolean> {
  const counted = await connection.runAndReadAll("SELECT count(*) FROM csv_rows");
  return Number(counted.getRows()[0]![0]) === 0;
}

const TIME = "TIMESTAMP_NS";

/**
 * The columns that DuckDB's reader took for a type which does not hold them exactly, with the one that does: times
 * finer than a microsecond, and whole numbers that only uint64 holds, which it took for DOUBLE.
 */
async function finerTypes(
  connection: DuckDBConnection,
  options: string,
  names: readonly string[],
  typeOf: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const passing = async (columns: readonly string[], from: string, test: (cell: string) => string) => {
    if (columns.length === 0) return [];
    const tests = columns.map((name) => test(sqlName(name)));
    const [passed] = (await connection.runAndReadAll(`SELECT ${tests.join(", ")} FROM ${from}`)).getRows();
    return columns.filter((_, i) => passed![i] === true);
  };
  // Times beyond nanoseconds stay as they are: a sentinel such as 9999-12-31 matters to those who read its column.
  const times = names.filter((name) => typeOf.get(name) === "TIMESTAMP");
  const inside = await passing(times, "csv_rows", (cell) => {
    return `min(${cell}) >= TIMESTAMP '${FIRST_TIME}' AND max(${cell}) <= TIMESTAMP '${LAST_TIME}'`;
  });
  const finer = new Map(inside.map((name) => [name, TIME]));
  const numbers = names.filter((name) => typeOf.get(name) === "DOUBLE");
  const large = await passing(numbers, "csv_rows", (cell) => {
    return `max(${cell}) BETWEEN 2.0 ** 63 AND 2.0 ** 64 AND bool_and(${cell} >= 0 AND ${cell} = trunc(${cell}))`;
  });
  // Rare enough to read the file once more: only the texts tell a whole number from a float as large.
  const whole = await passing(large, `read_csv(${options}, all_varchar = true)`, (cell) => {
    return `bool_and(regexp_full_match(${cell}, '\\d+') AND TRY_CAST(${cell} AS UBIGINT) IS NOT NULL)`;
  });
  for (const name of whole) finer.set(name, "UBIGINT");
  return finer;
}

/** Whether the cells of a text column are all of another type: the sample may have held none of them. */
async function anyIsTyped(connection: DuckDBConnection, texts: readonly string[]): Promise<boolean> {
  if (texts.length === 0) return false;
  const all = texts.flatMap((name) => {
    const others = CANDIDATES.filter((type) => type !== "VARCHAR");
    return others.map(
      (type) =>
        `bool_and(TRY_CAST(${sqlName(name)} AS ${type}) IS NOT NULL) FILTER (${sqlName(name)} IS NOT NULL)`,
    );
  });
  const found = await connection.runAndReadAll(`SELECT ${all.join(", ")} FROM csv_rows`);
  return found.getRows()[0]!.includes(true);
}

/**
 * Writes a CSV file with a header, as pandas' `to_csv` would: dates without a time of day where no session has
 * one, and nothing for a missing cell. The time zone of the index is lost, the wall clock stays. Memory stays
 * bounded.
 * @throws DataServiceError unsupported (names that would not be read back)
 */
export async function writeCsv(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  refuseNul(path, table);
  refuseUnnamed(path, table);
  refuseSpaces(path, table);
  refuseMissing(path, table, MISSING);
  const daily = table.keys.datetimes.every((ns) => ns % NS_PER_DAY === 0n);
  const expression = (name: string, type: string) => {
    if (name === "datetime" && daily) return "CAST(datetime AS DATE)";
    if (type === "datetime") {
      return `CASE WHEN isfinite(${name}) THEN CAST(${name} AS VARCHAR) WHEN ${name} > 'epoch' THEN '${LAST_TIME}' WHEN ${name} < 'epoch' THEN '${FIRST_TIME}' END`;
    }
    return type === "float32" || type === "float64" ? `nullif(${name}, 'nan')` : name;
  };
  // DuckDB's own header has numbers in the names that SQL cannot tell apart.
  const header = headerLine(["datetime", "instrument", ...table.columns.keys()]);
  const options = ["FORMAT csv", "HEADER false", `PREFIX ${sqlText(`${header}\n`)}`, "SUFFIX '\n'"];
  await copyTable(table, path, options, expression, onProgress);
}
