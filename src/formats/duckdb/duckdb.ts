import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { withTemporary } from "../../files/temporaries.js";

/** Nothing is fetched from elsewhere: what DuckDB needs here is built into it. */
const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** Runs `use` on a DuckDB of its own, in memory, and closes it. `limits` are settings of DuckDB besides ours. */
export async function withDuckDB<T>(
  use: (connection: DuckDBConnection) => Promise<T>,
  limits: Readonly<Record<string, string>> = {},
): Promise<T> {
  return withTemporary(join(tmpdir(), SPILL), async (spill) => {
    const settings = { ...SETTINGS, temp_directory: isMade(spill) ? spill : "", ...limits };
    const instance = await DuckDBInstance.create(":memory:", settings);
    try {
      const connection = await instance.connect();
      try {
        return await use(connection);
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  });
}

/** What the folder for what does not fit into memory is named after. */
const SPILL = "aistock-data";

/** Makes a folder that only this user can look into. Where none can be made, everything must fit into memory. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

/** A text literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
