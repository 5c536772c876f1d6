import type { DuckDBConnection } from "@duckdb/node-api";
import { FlatTable } from "../arrow/ipc-flatbuffer.js";
import { readSchema } from "../arrow/ipc-schema.js";
import { sqlPath } from "../duckdb/duckdb.js";

/** A column as the schema of a Parquet file has it. */
export interface ParquetField {
  readonly name: string;
  /** A type that DuckDB's reader takes for another: what it holds would be wrong numbers. */
  readonly type?: string | undefined;
  /** Without any cell: DuckDB's reader has int32 for it. */
  readonly isNull: boolean;
}

/** The most digits that DuckDB's DECIMAL has; it reads those with more as DOUBLE, with what their bytes happen to be. */
const MOST_DIGITS = 38;

/** The columns of a Parquet file, as it has them; one of lists or records is followed by its parts there. */
export async function parquetFields(connection: DuckDBConnection, path: string): Promise<ParquetField[]> {
  const query = `SELECT name, num_children, logical_type, precision, scale FROM parquet_schema(${sqlPath(path)})`;
  const elements = (await connection.runAndReadAll(query)).getRows();
  const fields: ParquetField[] = [];
  for (let at = 1; at < elements.length; ) {
    const [name, children, logical, precision, scale] = elements[at]!;
    const type =
      !children && Number(precision ?? 0) > MOST_DIGITS
        ? `DECIMAL(${Number(precision)},${Number(scale ?? 0)})`
        : undefined;
    fields.push({ name: String(name), type, isNull: logical === "NullType()" });
    for (let parts = 1; parts > 0 && at < elements.length; at++) parts += Number(elements[at]![1] ?? 0) - 1;
  }
  return fields;
}

/** Under this key pyarrow and polars keep the Arrow schema of what they wrote, as base64 of an IPC message. */
export const ARROW_SCHEMA_KEY = "ARROW:schema";

/**
 * The zones of the columns that have one by the Arrow schema. Parquet itself knows UTC alone, and only pandas' writer
 * keeps them elsewhere too. None where the schema cannot be read, which matters to nothing else.
 */
export function arrowZones(base64: string | undefined, label: string): Map<string, string> {
  const zones = new Map<string, string>();
  if (base64 === undefined) return zones;
  try {
    const bytes = Buffer.from(base64, "base64");
    const prefix = bytes.readInt32LE(0) === -1 ? 8 : 4;
    const schema = FlatTable.root(bytes.subarray(prefix)).table(2);
    for (const { name, storage } of schema ? readSchema(schema, label).fields : []) {
      if (storage?.kind === "time" && storage.timezone) zones.set(name, storage.timezone);
    }
  } catch {
    zones.clear();
  }
  return zones;
}
