import type { DuckDBConnection } from "@duckdb/node-api";
import type { FileTable, Progress, TableRequest, WritableTable } from "../../columns/table.js";
import { isoNs, NS_PER_DAY } from "../../time.js";
import { sqlName, sqlPath, sqlText, withDuckDB } from "../duckdb/duckdb.js";
import { reading } from "../duckdb/error.js";
import { describeRelation, readRelation } from "../duckdb/read.js";
import { copyTable } from "../duckdb/write.js";
import { chooseColumns, type LayoutColumn, layOut } from "../pandas-metadata.js";
import { refuseMissing, refuseNul, refuseSpaces, refuseUnnamed } from "../storable-names.js";
import { explainingLines } from "./fault.js";
import { DIALECT, headerLine, headerNames } from "./header.js";
import { CSV_MISSING } from "./missing.js";
import { FIRST_TIME, LAST_TIME, loadTyped, TIME, timeOf } from "./types.js";

/** The longest line that is read; DuckDB's own limit is 2 MB. */
const MOST_LINE_BYTES = 1 << 24;

/**
 * A CSV file with a header and the columns `datetime` (`2020-03-02`, `20200302` or with a time of day, to the
 * nanosecond) and `instrument` (kept as text: `000001` stays `000001`). Other columns are int64, uint64 (where int64
 * cannot hold them), float64, bool, datetime or string, by all their cells; the separator is found out by DuckDB. What
 * is missing, a number or a bool is what pandas' read_csv takes for it, but for whole numbers that begin with a zero,
 * which stay text, and for bools and whole numbers with missing cells, which stay what they are.
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
  const nulls = `nullstr = [${CSV_MISSING.map(sqlText).join(", ")}], max_line_size = ${MOST_LINE_BYTES}`;
  const texts = `read_csv(${sqlPath(path)}, header = true, all_varchar = true, ${DIALECT}, ${nulls})`;
  const fields = await describeRelation(connection, texts);
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
  await loadTyped(connection, texts, [datetime, instrument], names);
  const loaded = await describeRelation(connection, "csv_rows");
  const typeOf = new Map(loaded.map(({ name, type }) => [name, type]));
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

function textOfNs(ns: bigint): string {
  return sqlText(isoNs(ns).replace("T", " "));
}

/**
 * Writes a CSV file with a header, as pandas' `to_csv` would: dates without a time of day where no session has
 * one, and nothing for a missing cell. The time zone of the index is lost, the wall clock stays. Memory stays
 * bounded.
 * @throws DataServiceError unsupported (names that would not be read back)
 */
export function writeCsv(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  return copyCsv(path, table, [], onProgress);
}

/** The same, compressed by gzip. @throws as `writeCsv` */
export function writeCsvGz(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  return copyCsv(path, table, ["COMPRESSION gzip"], onProgress);
}

async function copyCsv(
  path: string,
  table: WritableTable,
  compression: readonly string[],
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<void> {
  refuseNul(path, table);
  refuseUnnamed(path, table);
  refuseSpaces(path, table);
  refuseMissing(path, table, CSV_MISSING);
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
  const options = [
    "FORMAT csv",
    "HEADER false",
    `PREFIX ${sqlText(`${header}\n`)}`,
    "SUFFIX '\n'",
    ...compression,
  ];
  await copyTable(table, path, options, expression, onProgress);
}
