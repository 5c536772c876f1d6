import { FlatTable } from "../arrow/ipc-flatbuffer.js";
import { readSchema } from "../arrow/ipc-schema.js";

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
