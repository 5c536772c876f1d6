import type { DuckDBConnection } from "@duckdb/node-api";
import { DataServiceError } from "../errors.js";
import { NS_PER_DAY } from "../time.js";
import { reading, sqlName, sqlPath, sqlText, withDuckDB } from "./duckdb.js";
import { describeRelation, readRelation } from "./duckdb-read.js";
import { copyTable } from "./duckdb-write.js";
import { chooseColumns, layOut } from "./pandas-metadata.js";
import type { FileTable, Progress, TableRequest, WritableTable } from "./table.js";

/** What stands for a missing cell: what pandas' read_csv takes for one, of those that occur. */
const MISSING = ["", "NaN", "nan", "NA", "N/A", "NULL", "null", "None", "<NA>", "NaT"];
/** The types a column can turn out to be; a number never becomes a date. */
const CANDIDATES = ["BOOLEAN", "BIGINT", "DOUBLE", "TIMESTAMP", "VARCHAR"];

/** Rows by which column types are judged at first; when later rows say otherwise, all rows are. */
const SAMPLE_ROWS = 20480;

/**
 * A CSV file with a header and the columns `datetime` (`2020-03-02`, `20200302` or with a time of day, to the
 * nanosecond) and `instrument` (kept as text: `000001` stays `000001`). Other columns are int64, float64, bool,
 * datetime or string, by all their cells. Separator and quotes are found out by DuckDB.
 * @throws DataServiceError corrupt, flat-index, unknown-field
 */
export function openCsv(path: string, request: TableRequest): Promise<FileTable> {
  return reading(path, "CSV file", () =>
    withDuckDB(async (connection) => {
      const options = `${sqlPath(path)}, header = true, nullstr = [${MISSING.map(sqlText).join(", ")}]`;
      const fields = await describeRelation(connection, `read_csv(${options}, all_varchar = true)`);
      const kindOf = (name: string) => (name === "datetime" || name === "instrument" ? name : undefined);
      const layout = layOut(
        fields.map(({ name }) => name),
        kindOf,
        undefined,
        path,
      );
      const chosen = chooseColumns(layout.columns, request.columns, path);
      const names = chosen.map(({ field }) => field);
      const typeOf = await loadTyped(connection, options, names);
      const { keys, columns } = await readRelation(connection, {
        from: "csv_rows",
        datetime: DATETIME,
        instrument: "instrument",
        columns: chosen.map((column) => ({ ...column, type: typeOf.get(column.field)! })),
        label: path,
        onProgress: request.onProgress,
      });
      return { label: path, keys, columns };
    }),
  );
}

/** A wall clock is not shifted: `2020-03-02 09:31:00+08:00` is 09:31, whatever the offset after the time of day. */
const WALL_CLOCK = `regexp_replace(datetime, '(:\\d\\d(\\.\\d+)?) ?(Z|[+-]\\d\\d(:?\\d\\d)?)$', '\\1')`;

/** `20200302` is a date here; the other forms DuckDB reads to the nanosecond. */
const DATETIME = `CASE WHEN regexp_full_match(datetime, '\\d{8}')
  THEN CAST(strptime(datetime, '%Y%m%d') AS TIMESTAMP_NS) ELSE CAST(${WALL_CLOCK} AS TIMESTAMP_NS) END`;

/** Reads the columns into the table `csv_rows`, and gives their types. */
async function loadTyped(
  connection: DuckDBConnection,
  options: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const types = "types = {'datetime': 'VARCHAR', 'instrument': 'VARCHAR'}";
  const candidates = `auto_type_candidates = [${CANDIDATES.map(sqlText).join(", ")}]`;
  const columns = ["datetime", "instrument", ...names.map(sqlName)].join(", ");
  const load = async (sample: number) => {
    const from = `read_csv(${options}, ${types}, ${candidates}, sample_size = ${sample})`;
    await connection.run(`CREATE OR REPLACE TEMP TABLE csv_rows AS SELECT ${columns} FROM ${from}`);
    const described = await describeRelation(connection, "csv_rows");
    return new Map(described.map(({ name, type }) => [name, type]));
  };
  try {
    const typeOf = await load(SAMPLE_ROWS);
    const texts = names.filter((name) => typeOf.get(name) === "VARCHAR");
    if (!(await anyIsTyped(connection, texts))) return typeOf;
  } catch {
    // A later row does not have the type of the sample; what is wrong in all rows shows again below.
  }
  return load(-1);
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
 * one, and nothing for a missing cell. Memory stays bounded.
 */
export async function writeCsv(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  for (const name of table.columns.keys()) {
    if (name !== "datetime" && name !== "instrument") continue;
    throw new DataServiceError("unsupported", `a column "${name}" beside the key of that name; rename it`, {
      field: name,
    });
  }
  const daily = table.keys.datetimes.every((ns) => ns % NS_PER_DAY === 0n);
  const expression = (name: string, type: string) => {
    if (name === "datetime" && daily) return "CAST(datetime AS DATE)";
    return type === "float32" || type === "float64" ? `nullif(${name}, 'nan')` : name;
  };
  await copyTable(table, `${sqlText(path)} (FORMAT csv, HEADER)`, expression, onProgress);
}
