import { DataServiceError } from "../../errors.js";

/** A value that SQLite takes and gives. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

export interface SqliteStatement {
  all(...values: SqliteValue[]): Record<string, SqliteValue>[];
  run(...values: SqliteValue[]): { readonly changes: number | bigint };
}

/** What this library uses of `node:sqlite`'s DatabaseSync. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  close(): void;
}

interface SqliteModule {
  readonly DatabaseSync: new (
    path: string,
    options?: { readonly readOnly?: boolean; readonly timeout?: number },
  ) => SqliteDatabase;
}

/** Held in variables: neither is there on every machine, and the compiler would look for them. */
const BUILT_IN = "node:sqlite";
const PACKAGE = "@photostructure/sqlite";

/** How long a connection waits for another's lock, in milliseconds; what the research side waits. */
const BUSY_TIMEOUT = 10_000;

let loaded: Promise<SqliteModule> | undefined;

/**
 * Opens a database file with `node:sqlite`, or on a Node without it with the package of the same interface.
 * @param address a path, or a `file:` URI with parameters
 * @throws DataServiceError unsupported: this Node has no SQLite and the package is not installed
 */
export async function openSqlite(
  address: string,
  options: { readonly readOnly?: boolean } = {},
): Promise<SqliteDatabase> {
  loaded ??= loadModule();
  const { DatabaseSync } = await loaded;
  return new DatabaseSync(address, { readOnly: options.readOnly ?? false, timeout: BUSY_TIMEOUT });
}

async function loadModule(): Promise<SqliteModule> {
  try {
    return await withoutWarning(() => import(BUILT_IN) as Promise<SqliteModule>);
  } catch {
    // Node 20, or 22 before it came without a flag
  }
  try {
    return (await import(PACKAGE)) as SqliteModule;
  } catch (error) {
    throw new DataServiceError(
      "unsupported",
      `Node ${process.versions.node} has no SQLite of its own; use Node 22.13 or later, or run: npm install ${PACKAGE}@1.2`,
      {},
      error,
    );
  }
}

/** Node says at the first import that its SQLite is experimental, which no user of a command line asked. */
async function withoutWarning<T>(load: () => Promise<T>): Promise<T> {
  const emit = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return await load();
  } finally {
    process.emitWarning = emit;
  }
}
