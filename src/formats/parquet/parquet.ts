import type { FileTable, Progress, TableRequest, WritableTable } from "../../columns/table.js";
import type { KeyKind } from "../../names/key-columns.js";
import { NS_PER_DAY } from "../../time.js";
import { ownTimezone, TIMEZONE_KEY } from "../arrow/own-metadata.js";
import { readingLimits, sqlName, sqlPath, sqlText, withDuckDB } from "../duckdb/duckdb.js";
import { reading } from "../duckdb/error.js";
import { type DuckDBColumn, describeRelation, readRelation } from "../duckdb/read.js";
import { copyTable } from "../duckdb/write.js";
import { chooseColumns, groupsOf, layOut, pandasMetadata, parsePandasMetadata } from "../pandas-metadata.js";
import { refuseOtherLevels } from "../repeated-levels.js";
import { refuseNul, refuseSameButCase, refuseUnnamed } from "../storable-names.js";
import { keysInUtc } from "../zoned-keys.js";
import { markAdjustedToUtc } from "./adjusted-to-utc.js";
import { readDecimals } from "./decimals.js";
import { ARROW_SCHEMA_KEY, arrowZones, parquetFields } from "./schema.js";

/** Rows of a row group: DuckDB holds one in memory while it writes. */
const ROW_GROUP_ROWS = 1 << 17;

/**
 * A Parquet file as pandas, pyarrow, polars or DuckDB write it. Reads the keys and the columns asked for into
 * memory, of the row groups that can hold rows of [startNs, endNs] by their statistics. Times with a zone (and
 * INT96 times) are exact to the microsecond; the zone is that of the pandas or the Arrow metadata, else UTC. Whole
 * numbers as instruments are named by their digits; a column of nulls alone is float64.
 * @throws DataServiceError corrupt, unsupported, over-budget, flat-index, unknown-field
 */
export function openParquet(path: string, request: TableRequest): Promise<FileTable> {
  return reading(path, "Parquet file", () =>
    withDuckDB(async (connection) => {
      const file = `read_parquet(${sqlPath(path)}, hive_partitioning = false)`;
      const described = await describeRelation(connection, file);
      // DuckDB numbers the names that SQL cannot tell apart: `pe_1` beside `PE`.
      const inSchema = await parquetFields(connection, path);
      const names = described.map(({ name }, i) => inSchema[i]?.name ?? name);
      const nulls = described.filter((_, i) => inSchema[i]?.isNull).map(({ name }) => sqlName(name));
      const replaced = nulls.map((name) => `CAST(${name} AS DOUBLE) AS ${name}`);
      const from = nulls.length > 0 ? `(SELECT * REPLACE (${replaced.join(", ")}) FROM ${file})` : file;
      const fields = described.map(({ name, type }, i): DuckDBColumn => {
        return { name, type: inSchema[i]?.isNull ? "DOUBLE" : (inSchema[i]?.type ?? type) };
      });
      const fieldOf = new Map(names.map((name, i) => [name, fields[i]!]));
      const storedAs = new Map(names.map((name, i) => [name, described[i]!.type]));
      const typeOf = new Map(Array.from(fieldOf, ([name, { type }]) => [name, type]));
      const metadata = await connection.runAndReadAll(
        `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${sqlPath(path)}) WHERE decode(key) IN ('pandas', '${ARROW_SCHEMA_KEY}', '${TIMEZONE_KEY}')`,
      );
      const textOf = new Map(metadata.getRows().map(([key, value]) => [String(key), String(value)]));
      const pandas = parsePandasMetadata(textOf.get("pandas"));
      const zones = arrowZones(textOf.get(ARROW_SCHEMA_KEY), path);
      const layout = layOut(
        names,
        (name) => keyKind(storedAs.get(name)!),
        (name) => typeOf.get(name)!,
        pandas,
        path,
        request.keyNames,
      );
      const chosen = chooseColumns(layout.columns, request.columns, path);
      const zoneOf = (field: string) =>
        typeOf.get(field)!.endsWith("TIME ZONE")
          ? (pandas?.timezones.get(field) ?? zones.get(field) ?? "UTC")
          : undefined;
      const datetime = fieldOf.get(layout.datetime)!;
      const decimals = await readDecimals(
        connection,
        chosen.map(({ field }) => fieldOf.get(field)!),
        from,
      );
      const copies = layout.repeats.map(({ field }, i) => ({ field, name: `\0${i}` }));
      const { keys, columns } = await readRelation(connection, {
        from: decimals.from,
        datetime: sqlName(datetime.name),
        datetimeType: datetime.type,
        instrument: `CAST(${sqlName(fieldOf.get(layout.instrument)!.name)} AS VARCHAR)`,
        columns: [...chosen, ...copies].map((column) => {
          const { name: field, type } = fieldOf.get(column.field)!;
          const own = decimals.types.get(field) ?? type;
          return { ...column, field, type: own, timezone: zoneOf(column.field) };
        }),
        where: isTime(datetime.type) ? rangeFilter(datetime, request) : undefined,
        timezone: zoneOf(layout.datetime),
        label: path,
        onProgress: request.onProgress,
      });
      const timezone = keys.timezone ?? ownTimezone(textOf.get(TIMEZONE_KEY));
      const levels = layout.repeats.map(({ of }, i) => ({ of, cells: columns.get(copies[i]!.name)! }));
      refuseOtherLevels(keys, levels, path);
      for (const { name } of copies) columns.delete(name);
      return {
        label: path,
        keys: { ...keys, timezone },
        columns,
        groups: groupsOf(chosen),
        keyNames: layout.keyNames,
        notes: decimals.texts.map((field) => {
          return `${path}: column "${field}" holds decimals that float64 cannot; they are read as text`;
        }),
      };
    }, readingLimits(path)),
  );
}

function isTime(type: string): boolean {
  return type === "DATE" || type.startsWith("TIMESTAMP");
}

function keyKind(type: string): KeyKind {
  if (isTime(type)) return "time";
  const isName =
    type === "VARCHAR" || type.startsWith("ENUM(") || /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type);
  return isName ? "name" : undefined;
}

/** The microseconds that DuckDB casts to any type of times: the year 293506; and to TIMESTAMP_NS: from 1677-09-22 on. */
const [MOST_MICROS, MOST_MICROS_AS_NS] = [9_200_000_000_000_000_000n, 9_223_286_400_000_000n];

/** Rows a little outside may come, so the bounds are whole microseconds; with a zone, a day is left over. */
function rangeFilter({ name, type }: DuckDBColumn, { startNs, endNs }: TableRequest): string | undefined {
  const slack = type.endsWith("TIME ZONE") || type === "DATE" ? NS_PER_DAY : 1_000n;
  const parts: string[] = [];
  const compare = (operator: string, ns: bigint) => {
    const micros = ns / 1_000n;
    // Beyond what DuckDB makes of that type there is no bound.
    const most = type === "TIMESTAMP_NS" ? MOST_MICROS_AS_NS : MOST_MICROS;
    if (micros >= -most && micros <= most)
      parts.push(`${sqlName(name)} ${operator} CAST(make_timestamp(${micros}) AS ${type})`);
  };
  if (startNs !== undefined) compare(">=", startNs - slack);
  if (endNs !== undefined) compare("<=", endNs + slack);
  return parts.length > 0 ? parts.join(" AND ") : undefined;
}

/**
 * Writes a Parquet file (zstd, row groups of 131,072 rows) whose `pandas` metadata lets pyarrow restore the
 * MultiIndex and the types. Datetimes of a zone are UTC times, and pandas reads them in that zone; where they are finer
 * than a microsecond, which our reader would cut off, they show its wall clock, beside the zone in metadata of our own.
 * Memory stays bounded.
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
  const utc = keysInUtc(table.keys);
  const { keys, zone } = utc.keys.datetimes.every((ns) => ns % 1_000n === 0n)
    ? utc
    : { keys: table.keys, zone: undefined };
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
