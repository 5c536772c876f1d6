import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { DataServiceError } from "../errors.js";

/**
 * Nothing is fetched from elsewhere: what DuckDB needs here is built into it. What does not fit into memory
 * goes to the system's folder for such files, not to the working directory.
 */
const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  temp_directory: join(tmpdir(), `aistock-data-${process.pid}`),
};

/** Runs `use` on a DuckDB of its own, in memory, and closes it. */
export async function withDuckDB<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", SETTINGS);
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
}

/** Runs `use`; what DuckDB throws about a file it cannot read becomes a "corrupt" or "unsupported" error. */
export async function reading<T>(label: string, kind: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof DataServiceError) throw cause;
    const said = (cause as Error).message.split("\n")[0]!;
    const code = /not implemented|not supported|^(?!.*invalid).*unsupported/i.test(said)
      ? "unsupported"
      : "corrupt";
    const so = code === "corrupt" ? `not a whole ${kind}` : `a ${kind} that cannot be read`;
    throw new DataServiceError(
      code,
      `${label}: ${so}: ${said}; write the file again`,
      { path: label },
      cause,
    );
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

/** The path of one local file as a literal; DuckDB would take `*`, `?` and `[` in it as a pattern. */
export function sqlPath(path: string): string {
  return sqlText(resolve(path).replace(/[*?[]/g, "[$&]"));
}
