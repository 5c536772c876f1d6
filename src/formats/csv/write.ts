import type { Progress, WritableTable } from "../../columns/table.js";
import { NS_PER_DAY } from "../../time.js";
import { sqlText } from "../duckdb/duckdb.js";
import { copyTable } from "../duckdb/write.js";
import { refuseMissing, refuseNul, refuseSpaces, refuseUnnamed } from "../storable-names.js";
import { headerLine } from "./header.js";
import { CSV_MISSING } from "./missing.js";

/** The last and the first time that 64-bit nanoseconds hold, which DuckDB has for its infinities. */
const [LAST_TIME, FIRST_TIME] = ["2262-04-11 23:47:16.854775807", "1677-09-21 00:12:43.145224193"];

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
