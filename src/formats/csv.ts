import { DataServiceError } from "../errors.js";
import { NS_PER_DAY } from "../time.js";
import { reading, sqlPath, sqlText, withDuckDB } from "./duckdb.js";
import { describeRelation, readRelation } from "./duckdb-read.js";
import { copyTable } from "./duckdb-write.js";
import { chooseColumns, layOut } from "./pandas-metadata.js";
import type { FileTable, Progress, TableRequest, WritableTable } from "./table.js";

/** What stands for a missing cell: what pandas' read_csv takes for one, of those that occur. */
const MISSING = ["", "NaN", "nan", "NA", "N/A", "NULL", "null", "None", "<NA>", "NaT"];
/** The types a column can turn out to be; a number never becomes a date. */
const CANDIDATES = ["BOOLEAN", "BIGINT", "DOUBLE", "TIMESTAMP", "VARCHAR"];

/**
 * A CSV file with a header and the columns `datetime` (`2020-03-02`, `20200302` or with a time of day, to the
 * nanosecond) and `instrument` (kept as text: `000001` stays `000001`). Other columns are int64, float64, bool,
 * datetime or string, by all their cells. Separator and quotes are found out by DuckDB.
 * @throws DataServiceError corrupt, flat-index, unknown-field
 */
export function openCsv(path: string, request: TableRequest): Promise<FileTable> {
  return reading(path, "CSV file", () =>
    withDuckDB(async (connection) => {
      const options = `header = true, nullstr = [${MISSING.map(sqlText).join(", ")}], sample_size = -1`;
      const plain = `read_csv(${sqlPath(path)}, ${options}, all_varchar = true)`;
      const names = (await describeRelation(connection, plain)).map(({ name }) => name);
      const layout = layOut(
        names,
        (name) => (name === "datetime" || name === "instrument" ? name : undefined),
        undefined,
        path,
      );
      const chosen = chooseColumns(layout.columns, request.columns, path);
      const types = "types = {'datetime': 'VARCHAR', 'instrument': 'VARCHAR'}";
      const candidates = `auto_type_candidates = [${CANDIDATES.map(sqlText).join(", ")}]`;
      const from = `read_csv(${sqlPath(path)}, ${options}, ${types}, ${candidates})`;
      const typeOf = new Map(
        (await describeRelation(connection, from)).map(({ name, type }) => [name, type]),
      );
      const { keys, columns } = await readRelation(connection, {
        from,
        datetime:
          "CASE WHEN regexp_full_match(datetime, '\\d{8}') THEN CAST(strptime(datetime, '%Y%m%d') AS TIMESTAMP_NS) ELSE CAST(datetime AS TIMESTAMP_NS) END",
        instrument: "instrument",
        columns: chosen.map((column) => ({ ...column, type: typeOf.get(column.field)! })),
        label: path,
        onProgress: request.onProgress,
      });
      return { label: path, keys, columns };
    }),
  );
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
