import type { FileTable, Progress, TableRequest, WritableTable } from "../../columns/table.js";
import { selectFields } from "../../names/field.js";
import { NS_PER_DAY } from "../../time.js";
import { sqlText } from "../duckdb/duckdb.js";
import { copyTable } from "../duckdb/write.js";
import { refuseMissing, refuseNul, refuseSpaces, refuseUnnamed } from "../storable-names.js";
import { headerLine } from "./header.js";
import { CSV_MISSING } from "./missing.js";
import { type CsvRequest, readCsvParts } from "./read.js";

/** The last and the first time that 64-bit nanoseconds hold, which DuckDB has for its infinities. */
const [LAST_TIME, FIRST_TIME] = ["2262-04-11 23:47:16.854775807", "1677-09-21 00:12:43.145224193"];

/**
 * A CSV file with a header and two key columns (`findKeys`): times in any form of `parseTimeText`, and instruments, kept
 * as text (`000001` stays `000001`), without the blanks and `="…"` around them. Other columns are int64, uint64 (where int64
 * cannot hold them), float64, bool, datetime or string, by all their cells. The separator is the one the header has most
 * of. What is missing, a number or a bool is what pandas' read_csv takes for it, but for whole numbers that begin with a
 * zero, which stay text, and for bools and whole numbers with missing cells, which stay what they are. Packed files and
 * other encodings are recognised (`textPieces`).
 * @throws DataServiceError corrupt, flat-index, unknown-field, unsupported
 */
export async function openCsv(path: string, request: CsvRequest): Promise<FileTable> {
  return readCsvParts([{ path }], path, request);
}

/** The rows of a CSV file, with the columns asked for. */
export type CsvRows = (request: TableRequest) => Promise<FileTable>;

/**
 * A CSV file for as long as `use` takes. Its text is read once; rows come from memory, however often they are asked for.
 * @param columns the most that are asked for; all when omitted
 * @throws DataServiceError as `openCsv`, and what `use` throws
 */
export async function withCsv<T>(
  path: string,
  columns: TableRequest["columns"],
  use: (rows: CsvRows) => Promise<T>,
): Promise<T> {
  const table = readCsvParts([{ path }], path, { columns });
  return use(async ({ columns: asked }) => {
    if (asked === undefined) return table;
    const names = new Set(selectFields(asked, table.columns, undefined, path).values());
    return { ...table, columns: new Map(Array.from(names, (name) => [name, table.columns.get(name)!])) };
  });
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
