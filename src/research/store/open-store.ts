import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { PathMap } from "../path-map.js";
import { openSqlite } from "../sqlite/open-sqlite.js";
import { NodeSqliteDialect } from "../sqlite/sqlite-dialect.js";
import { migrate } from "./migrations.js";
import { Store } from "./store.js";
import type { StoreTables } from "./store-tables.js";

/** Where a store lies, and how it is opened. */
export interface StoreOptions {
  /** Where workspaces of the research machine are here, for the values of factors. */
  readonly pathMap?: PathMap;
}

const STORE_KEYS: RequestKeys<StoreOptions> = { pathMap: true };

/**
 * Opens the local database of research results, and makes it where it is not there.
 * @param address the path of an SQLite file, or a `postgres://` URL
 * @throws DataServiceError not-found (no such server), read-failed (it refuses), write-failed (no right to make tables),
 *   corrupt (the file is something else), unsupported (made by a newer version; no driver)
 */
export async function openStore(address: string, options: StoreOptions = {}): Promise<Store> {
  checkKeys(options, STORE_KEYS, "openStore");
  const isPostgres = /^postgres(ql)?:\/\//.test(address);
  const label = isPostgres ? withoutPassword(address) : address;
  const db = isPostgres ? await openPostgres(address) : await openFile(address);
  try {
    await migrate(db as unknown as Kysely<never>, label);
    return new Store(db, label, options.pathMap ?? {});
  } catch (error) {
    await db.destroy();
    throw isPostgres ? postgresProblem(label, error) : error;
  }
}

async function openFile(path: string): Promise<Kysely<StoreTables>> {
  refuseOtherFiles(path);
  mkdirSync(dirname(path), { recursive: true });
  try {
    const database = await openSqlite(path);
    // A reader and a writer do not wait for each other; a commit outlives the process, as it reached the log.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    return new Kysely<StoreTables>({ dialect: new NodeSqliteDialect(database) });
  } catch (error) {
    if (error instanceof DataServiceError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new DataServiceError(
      "write-failed",
      `${path} cannot be opened for writing: ${said}`,
      { path },
      error,
    );
  }
}

const SQLITE_HEADER = "SQLite format 3\0";

function refuseOtherFiles(path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    throw new DataServiceError(
      "is-directory",
      `${path} is a folder; give the store a file's name, such as ${path}/store.sqlite`,
      { path },
    );
  }
  const head = readFileSync(path).subarray(0, SQLITE_HEADER.length).toString("latin1");
  if (head === "" || head === SQLITE_HEADER) return;
  throw new DataServiceError(
    "corrupt",
    `${path} is no store: it is not an SQLite database; give another name`,
    { path },
  );
}

async function openPostgres(address: string): Promise<Kysely<StoreTables>> {
  let pg: typeof import("pg").default;
  try {
    pg = (await import("pg")).default;
  } catch (error) {
    throw new DataServiceError(
      "unsupported",
      "a PostgreSQL store needs the package pg; run: npm install pg",
      {},
      error,
    );
  }
  const INT8 = 20;
  const types = {
    // Sizes of files fit a number.
    getTypeParser: ((oid: number, format?: "text" | "binary") =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({ connectionString: address, max: 4, types, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => undefined); // of an idle connection; the next query says so
  return new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });
}

const withoutPassword = (address: string): string => address.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@");

function postgresProblem(label: string, error: unknown): unknown {
  const cause = error instanceof DataServiceError ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  const said = cause instanceof Error ? cause.message || String(code) : String(cause);
  if (code === "42501") {
    return new DataServiceError(
      "write-failed",
      `${label}: this user may not create tables (${said}); grant create on schema public, or make the store as its owner`,
      {},
      cause,
    );
  }
  if (code === "ECONNREFUSED" || code === "ENOENT" || code === "ENOTFOUND" || code === "ETIMEDOUT") {
    return new DataServiceError(
      "not-found",
      `${label}: no PostgreSQL server answers there (${code}); start it, or check the address`,
      {},
      cause,
    );
  }
  if (typeof code === "string" && /^(28|3D)/.test(code)) {
    return new DataServiceError(
      "read-failed",
      `${label} refuses: ${said}; check user, password and database`,
      {},
      cause,
    );
  }
  return error;
}
