import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Kysely } from "kysely";
import { DataServiceError } from "../../errors.js";
import { openSqlite } from "../sqlite/open-sqlite.js";
import { NodeSqliteDialect } from "../sqlite/sqlite-dialect.js";
import type { RegistryTables } from "./registry-tables.js";

/** A file that a writer replaces again and again is given up after so many reads. */
const MOST_ATTEMPTS = 10;

/**
 * Reads a registry that the research side may be writing to, and leaves no trace of it. A reader of a WAL database makes
 * its -wal and -shm files and leaves them behind. So while there is no -wal file, which means that no writer is there,
 * the file is read as it lies (`immutable`), and read again if it was touched meanwhile; while there is one, SQLite's
 * own read-only connection shares it with the writer, which it never blocks.
 */
export class RegistryFile {
  readonly path: string;
  #open: { readonly db: Kysely<RegistryTables>; readonly stamp: string } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Runs a query that may run several times.
   * @throws DataServiceError not-found, is-directory, corrupt (no SQLite database, or damaged), timeout (locked),
   *   changed (never at rest)
   */
  async read<T>(query: (db: Kysely<RegistryTables>) => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { db, stamp } = await this.#opened();
      try {
        const result = await query(db);
        if (this.#stamp() === stamp) return result;
      } catch (error) {
        if (this.#stamp() === stamp) throw registryError(this.path, error);
      }
    }
    throw new DataServiceError(
      "changed",
      `${this.path} was replaced during each of ${MOST_ATTEMPTS} reads; read it when its writer is done`,
      { path: this.path, count: MOST_ATTEMPTS },
    );
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.db.destroy();
  }

  async #opened(): Promise<{ db: Kysely<RegistryTables>; stamp: string }> {
    const stamp = this.#stamp();
    if (this.#open?.stamp === stamp) return this.#open;
    await this.close();
    const address = pathToFileURL(resolve(this.path));
    if (!stamp.startsWith(LIVE)) address.searchParams.set("immutable", "1");
    try {
      const database = await openSqlite(address.href, { readOnly: true });
      this.#open = { db: new Kysely({ dialect: new NodeSqliteDialect(database) }), stamp };
      return this.#open;
    } catch (error) {
      throw registryError(this.path, error);
    }
  }

  /** What the file is now: of one that a writer holds, which file it is; of one at rest, also its time and size. */
  #stamp(): string {
    const stats = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (!stats) {
      throw new DataServiceError(
        "not-found",
        `${this.path}: there is no registry; give the path of registry.sqlite, which the research side keeps in RDagentDB`,
        { path: this.path },
      );
    }
    if (stats.isDirectory()) {
      throw new DataServiceError("is-directory", `${this.path} is a folder; give its registry.sqlite`, {
        path: this.path,
      });
    }
    if (existsSync(`${this.path}-wal`)) return `${LIVE}${stats.ino}`;
    return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  }
}

const LIVE = "live ";

/** What SQLite says, with what to do. Its own sentence stays in the message: the results API answers with it. */
export function registryError(path: string, error: unknown): unknown {
  if (error instanceof DataServiceError || !(error instanceof Error)) return error;
  const said = error.message;
  const problem = PROBLEMS.find(({ pattern }) => pattern.test(said));
  if (!problem) return error;
  return new DataServiceError(problem.code, `${path}: ${said}; ${problem.advice}`, { path }, error);
}

const PROBLEMS = [
  {
    pattern: /locked|busy/i,
    code: "timeout",
    advice: "another process holds it for writing: try again when it is done",
  },
  {
    pattern: /not a database|malformed|disk image|truncated|encrypted/i,
    code: "corrupt",
    advice: "it is damaged: read the workspaces' own files instead, or restore it from a copy",
  },
  {
    pattern: /no such (table|column)/i,
    code: "unsupported",
    advice: "it is not a registry of a schema we know",
  },
  {
    pattern: /unable to open|readonly|permission/i,
    code: "read-failed",
    advice: "see whether this user may read the file and its folder",
  },
] as const;
