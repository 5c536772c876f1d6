import { existsSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { registryError } from "../registry/registry-file.js";
import { REGISTRY_COLUMNS, REQUIRED_TABLES, type RegistryTable } from "../registry/registry-tables.js";
import { openSqlite, type SqliteDatabase, type SqliteValue } from "../sqlite/open-sqlite.js";

/** The types of columns that older registries lack; all others are text. */
const TYPES: Readonly<Record<string, string>> = {
  is_solidified: "INTEGER DEFAULT 0",
  sync_status: "TEXT DEFAULT 'pending'",
};

/** Columns that say when a row was written: a row that differs in them alone is the same. */
const TIMES = new Set(["created_at_utc", "updated_at_utc"]);

type Row = Readonly<Record<string, SqliteValue>>;

/** Writes to a registry that the research side may be using: short transactions, each whole or not at all. */
export class RegistryWriter {
  readonly #database: SqliteDatabase;
  readonly #path: string;

  private constructor(database: SqliteDatabase, path: string) {
    this.#database = database;
    this.#path = path;
  }

  /**
   * Opens a registry for writing. Columns that it lacks, as older ones do, are added: without them the research side's own
   * writer fails silently.
   * @throws DataServiceError not-found, unsupported, timeout, corrupt
   */
  static async open(path: string): Promise<RegistryWriter> {
    if (!existsSync(path)) {
      throw new DataServiceError("not-found", `${path}: there is no registry to fill`, { path });
    }
    try {
      const writer = new RegistryWriter(await openSqlite(path), path);
      writer.#addMissingColumns();
      return writer;
    } catch (error) {
      throw registryError(path, error);
    }
  }

  /** Runs `use` in a transaction that has the right to write from its beginning. */
  transaction<T>(use: () => T): T {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        const result = use();
        this.#database.exec("COMMIT");
        return result;
      } catch (error) {
        this.#database.exec("ROLLBACK");
        throw error;
      }
    } catch (error) {
      throw registryError(this.#path, error);
    }
  }

  /**
   * Writes a row by its key where it is new or differs, its times aside.
   * @returns whether something was written
   */
  upsert(table: RegistryTable, key: string, row: Row, times: Readonly<Record<string, string>>): boolean {
    const old = this.#database.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`).all(row[key] ?? null)[0];
    if (old && Object.entries(row).every(([column, value]) => old[column] === value)) return false;
    const written: Record<string, SqliteValue> = { ...row, ...times };
    if (old)
      for (const column of TIMES) if (column === "created_at_utc") written[column] = old[column] ?? null;
    const columns = Object.keys(written).filter((column) => !TIMES.has(column) || column in times);
    const marks = columns.map(() => "?").join(", ");
    this.#database
      .prepare(`INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`)
      .run(...columns.map((column) => written[column] ?? null));
    return true;
  }

  /** Changes columns of the rows that `where` names; gives how many differed. */
  update(table: RegistryTable, where: Row, set: Row, times: Readonly<Record<string, string>>): number {
    const differs = Object.keys(set).map((column) => `${column} IS NOT ?`);
    const named = Object.keys(where).map((column) => `${column} = ?`);
    const assigned = [...Object.keys(set), ...Object.keys(times)].map((column) => `${column} = ?`);
    const { changes } = this.#database
      .prepare(
        `UPDATE ${table} SET ${assigned.join(", ")} WHERE ${named.join(" AND ")} AND (${differs.join(" OR ")})`,
      )
      .run(...Object.values(set), ...Object.values(times), ...Object.values(where), ...Object.values(set));
    return Number(changes);
  }

  /** Removes a workspace's artifacts, with their files, but for those of `keep`. */
  removeArtifacts(workspaceId: string, types: readonly string[], keep: readonly string[]): number {
    const rows = this.#database
      .prepare("SELECT artifact_id, artifact_type FROM artifacts WHERE workspace_id = ?")
      .all(workspaceId);
    let removed = 0;
    for (const { artifact_id, artifact_type } of rows) {
      if (!types.includes(String(artifact_type)) || keep.includes(String(artifact_id))) continue;
      this.#database.prepare("DELETE FROM artifact_files WHERE artifact_id = ?").run(artifact_id!);
      this.#database.prepare("DELETE FROM artifacts WHERE artifact_id = ?").run(artifact_id!);
      removed++;
    }
    return removed;
  }

  close(): void {
    this.#database.close();
  }

  #addMissingColumns(): void {
    for (const table of REQUIRED_TABLES) {
      const known = this.#database
        .prepare(`PRAGMA table_info(${table})`)
        .all()
        .map(({ name }) => String(name));
      if (known.length === 0) {
        throw new DataServiceError(
          "unsupported",
          `${this.#path} is not a registry: it has no table ${table}`,
          {
            path: this.#path,
          },
        );
      }
      for (const column of REGISTRY_COLUMNS[table] as readonly string[]) {
        if (!known.includes(column)) {
          this.#database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${TYPES[column] ?? "TEXT"}`);
        }
      }
    }
  }
}
