import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteDatabase, SqliteStatement, SqliteValue } from "./open-sqlite.js";

/** Kysely over an open database with `node:sqlite`'s interface. Destroying the Kysely instance closes the database. */
export class NodeSqliteDialect implements Dialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#database);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** One connection, which one caller has at a time: a transaction sees no other's statements. */
class NodeSqliteDriver implements Driver {
  readonly #connection: NodeSqliteConnection;
  readonly #database: SqliteDatabase;
  #free: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#connection = new NodeSqliteConnection(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    let release: () => void = () => undefined;
    this.#free = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    this.#database.exec("BEGIN IMMEDIATE"); // a later upgrade from reading could find the file locked
  }

  async commitTransaction(): Promise<void> {
    this.#database.exec("COMMIT");
  }

  async rollbackTransaction(): Promise<void> {
    this.#database.exec("ROLLBACK");
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async destroy(): Promise<void> {
    this.#connection.forget();
    this.#database.close();
  }
}

/** Preparing a wide insert takes as long as running it; the few shapes that a program has are kept. */
const MOST_KEPT = 64;

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = this.#prepared(query.sql);
    const values = query.parameters as SqliteValue[];
    const node = query.query;
    const changes =
      node.kind === "InsertQueryNode" || node.kind === "UpdateQueryNode" || node.kind === "DeleteQueryNode";
    if (!changes || node.returning) return { rows: statement.all(...values) as Row[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  }

  // biome-ignore lint/correctness/useYield: SQLite's rows are read at once
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("rows of SQLite are not streamed; page them by key");
  }

  forget(): void {
    this.#statements.clear();
  }

  #prepared(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = this.#database.prepare(sql);
    if (this.#statements.size >= MOST_KEPT) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}
