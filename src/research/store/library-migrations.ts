import { type Kysely, type Migration, sql } from "kysely";
import { indexRows, SEARCHED, usesPostgres } from "./full-text.js";
import { DEFAULT_ORDER, type ListTable } from "./list-order.js";
import type { StoreTables } from "./store-tables.js";

/** What the library's lists show of a factor beside its record; kept by `summariseFactors`. */
export const FACTOR_FIGURES = {
  ic: "double precision",
  ic_ir: "double precision",
  rank_ic: "double precision",
  coverage: "double precision",
  loop_count: "integer",
  check_status: "text",
  look_ahead: "text",
} as const;

/** Columns by which lists are often filtered or sorted. */
const LISTED_BY: Readonly<Record<ListTable, readonly string[]>> = {
  factors: [
    ...["source", "impl_state", "best_sharpe", "best_annualized_return", "experiment_id", "description_cn"],
    ...Object.keys(FACTOR_FIGURES),
  ],
  strategies: ["action", "market"],
  loops: [
    ...["sharpe", "ic", "ic_ir", "annualized_return", "max_drawdown", "status", "action", "decision"],
    ...["materialization_status", "has_values"],
  ],
  models: ["model_type", "task_run_id"],
};

/** What came to the store with the library in the browser. */
export const LIBRARY_MIGRATIONS: Readonly<Record<string, Migration>> = {
  "002-full-text": { up: (db) => whole(db, makeFullText) },
  "003-factor-checks": { up: (db) => whole(db, makeFactorChecks) },
  "004-list-orders": { up: (db) => whole(db, makeListOrders) },
};

/** All of a migration or nothing: SQLite's are not run in a transaction by themselves. */
async function whole(
  db: Kysely<StoreTables>,
  make: (db: Kysely<StoreTables>) => Promise<void>,
): Promise<void> {
  if (db.isTransaction) await make(db);
  else await db.transaction().execute(make);
}

async function makeFullText(db: Kysely<StoreTables>): Promise<void> {
  const statements = usesPostgres(db) ? POSTGRES_TERMS : SQLITE_TERMS;
  for (const statement of statements) await sql.raw(statement).execute(db);
  for (const table of Object.keys(SEARCHED) as ListTable[]) await indexTable(db, table);
}

const POSTGRES_TERMS = [
  "create table record_terms (kind text not null, record_key text not null, terms tsvector not null, primary key (kind, record_key))",
  "create index record_terms_by_term on record_terms using gin (terms)",
];

/** FTS5 keeps what is found by which term and no text: `record_terms` says whose each of its rows is. */
const SQLITE_TERMS = [
  "create table record_terms (id integer primary key, kind text not null, record_key text not null, unique (kind, record_key))",
  `create virtual table record_terms_fts using fts5(
    terms, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3'
  )`,
];

/** Records that are held at once while those of an older store are made findable. */
const ROWS_AT_ONCE = 1000;

async function indexTable(db: Kysely<StoreTables>, table: ListTable): Promise<void> {
  const columns = sql.join(["record_key", ...SEARCHED[table]].map((column) => sql.ref(column)));
  for (let last = ""; ; ) {
    const { rows } = await sql<{ record_key: string }>`
      select ${columns} from ${sql.table(table)} where record_key > ${last} order by record_key limit ${ROWS_AT_ONCE}
    `.execute(db);
    if (rows.length === 0) return;
    await indexRows(db, table, rows);
    last = rows.at(-1)!.record_key;
  }
}

async function makeFactorChecks(db: Kysely<StoreTables>): Promise<void> {
  await sql`create table factor_checks (
    factor_name text not null primary key, status text not null, look_ahead text, look_back integer,
    findings text not null, quality text, checked_at_utc text not null
  )`.execute(db);
  for (const [column, type] of Object.entries(FACTOR_FIGURES)) {
    await sql.raw(`alter table factors add column ${column} ${type}`).execute(db);
  }
}

/** Each index holds all that a page of a list is found by, so that rows that are passed over are not read. */
async function makeListOrders(db: Kysely<StoreTables>): Promise<void> {
  for (const [table, columns] of Object.entries(LISTED_BY) as [ListTable, readonly string[]][]) {
    const order = DEFAULT_ORDER[table];
    const [shown, flags] =
      table === "loops"
        ? ["gone_at_utc is null and is_best = 1", "gone_at_utc, is_best"]
        : ["gone_at_utc is null", "gone_at_utc"];
    const index = (name: string, on: readonly string[], where = ` where ${shown}`) =>
      sql.raw(`create index ${table}_${name} on ${table} (${on.join(", ")})${where}`).execute(db);
    await index("in_order", [...order, "record_key", flags]);
    for (const column of columns) {
      const rest = order.filter((one) => one !== column);
      await index(`listed_by_${column}`, [column, ...rest, "record_key", flags]);
    }
    await index("by_mark", ["mark_key"], "");
  }
}
