import type { Progress, WritableTable } from "../../columns/table.js";
import { TIMEZONE_KEY } from "../arrow/own-metadata.js";
import { sqlText } from "../duckdb/duckdb.js";
import { copyTable } from "../duckdb/write.js";
import { pandasMetadata } from "../pandas-metadata.js";
import { refuseNul, refuseSameButCase, refuseUnnamed } from "../storable-names.js";
import { keysInUtc } from "../zoned-keys.js";
import { markAdjustedToUtc } from "./adjusted-to-utc.js";

/** Rows of a row group: DuckDB holds one in memory while it writes. */
const ROW_GROUP_ROWS = 1 << 17;

/**
 * Writes a Parquet file (zstd, row groups of 131,072 rows) whose `pandas` metadata lets pyarrow restore the
 * MultiIndex and the types. Datetimes of a zone are UTC times, and pandas reads them in that zone; where its clocks never
 * show one of them, they stay as they are, beside the zone in metadata of our own. Memory stays bounded.
 * @throws DataServiceError unsupported (names that the file would not have)
 */
export async function writeParquet(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  refuseNul(path, table);
  refuseUnnamed(path, table);
  refuseSameButCase(path, table);
  const types = Array.from(table.columns, ([name, source]) => [name, source.type] as const);
  const { timezone } = table.keys;
  const { keys, zone } = keysInUtc(table.keys);
  const metadata = [`pandas: ${sqlText(pandasMetadata(types, table.groups, zone))}`];
  if (zone === undefined && timezone !== undefined) metadata.push(`${TIMEZONE_KEY}: ${sqlText(timezone)}`);
  const options = [
    "FORMAT parquet",
    "COMPRESSION zstd",
    `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`,
    `KV_METADATA {${metadata.join(", ")}}`,
  ];
  await copyTable({ ...table, keys }, path, options, (name) => name, onProgress);
  if (zone !== undefined) markAdjustedToUtc(path, "datetime");
}
