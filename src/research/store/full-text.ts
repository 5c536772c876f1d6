import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";
import type { ListTable } from "./list-order.js";
import { type SoughtTerms, soughtTerms, termsOf } from "./search-terms.js";
import type { StoreTables } from "./store-tables.js";

/** The columns of each table in which a search looks. */
export const SEARCHED: Readonly<Record<ListTable, readonly string[]>> = {
  factors: ["name", "source", "description_cn", "formula_hint", "expression", "tags", "experiment_id"],
  strategies: ["strategy_id", "action", "step_name", "market", "template_files", "python_implementation"],
  loops: [
    ...["task_run_id", "workspace_id", "action", "status", "strategy_id", "factor_names"],
    ...["summary_execution", "summary_value_feedback", "summary_shape_feedback"],
  ],
  models: ["model_id", "task_run_id", "workspace_id", "model_type"],
};

export const isSearched = (table: string): table is ListTable => table in SEARCHED;

/** Rows of a searched table: their key and their columns. */
type SearchedRow = object & { readonly record_key?: unknown };

/** Rows of one statement. */
const ROWS_AT_ONCE = 200;

/** Makes rows findable by their words, or anew after they changed. */
export async function indexRows(
  db: Kysely<StoreTables>,
  table: ListTable,
  rows: readonly SearchedRow[],
): Promise<void> {
  const index = usesPostgres(db) ? indexInPostgres : indexInSqlite;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE).map((row) => ({
      key: textIn(row.record_key)?.replaceAll("\0", "\u2400") ?? "",
      terms: termsOf(SEARCHED[table].map((column) => textIn((row as Record<string, unknown>)[column]))),
    }));
    await index(db, table, some);
  }
}

type KeyTerms = readonly { readonly key: string; readonly terms: readonly string[] }[];

/** The terms are a tsvector of our own: PostgreSQL's parser would divide words otherwise than we do. */
async function indexInPostgres(db: Kysely<StoreTables>, table: ListTable, rows: KeyTerms): Promise<void> {
  const values = rows.map(({ key, terms }) => sql`(${table}, ${key}, cast(${vectorOf(terms)} as tsvector))`);
  await sql`
    insert into record_terms (kind, record_key, terms) values ${sql.join(values)}
    on conflict (kind, record_key) do update set terms = excluded.terms
  `.execute(db);
}

async function indexInSqlite(db: Kysely<StoreTables>, table: ListTable, rows: KeyTerms): Promise<void> {
  const values = rows.map(({ key }) => sql`(${table}, ${key})`);
  await sql`
    insert into record_terms (kind, record_key) values ${sql.join(values)} on conflict do nothing
  `.execute(db);
  for (const { key, terms } of rows) {
    await sql`
      insert or replace into record_terms_fts (rowid, terms)
      select id, ${terms.join(" ")} from record_terms where kind = ${table} and record_key = ${key}
    `.execute(db);
  }
}

const textIn = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** tsvector keeps so many places of a term, and counts no further. */
const MOST_PLACES = 250;
const LAST_PLACE = 16_383;

function vectorOf(terms: readonly string[]): string {
  const places = new Map<string, number[]>();
  for (const [at, term] of terms.entries()) {
    const known = places.get(term);
    if (known === undefined) places.set(term, [at + 1]);
    else if (known.length < MOST_PLACES) known.push(Math.min(at + 1, LAST_PLACE));
  }
  return [...places].map(([term, at]) => `'${term}':${at.join(",")}`).join(" ");
}

/** What a row must fulfil to be found; nothing where the search asks for nothing. `r` is the row. */
export async function searchConditions(
  db: Kysely<StoreTables>,
  table: ListTable,
  search: string,
): Promise<RawBuilder<unknown>[]> {
  const { all, unindexed } = soughtTerms(search);
  const conditions = unindexed.map((word) => {
    const pattern = `%${word.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    const places = SEARCHED[table].map(
      (column) => sql`lower(${sql.ref(`r.${column}`)}) like ${pattern} escape '\\'`,
    );
    return sql`(${sql.join(places, sql` or `)})`;
  });
  if (all.length === 0) return conditions;
  const found = usesPostgres(db) ? foundInPostgres(table, all) : await foundInSqlite(db, table, all);
  return [...conditions, found];
}

function foundInPostgres(table: ListTable, all: readonly SoughtTerms[]): RawBuilder<unknown> {
  const asked = all.map(
    ({ terms, isBegun }) => `(${terms.map((term) => `'${term}'${isBegun ? ":*" : ""}`).join(" <-> ")})`,
  );
  return sql`r.record_key in (
    select t.record_key from record_terms t
    where t.kind = ${table} and t.terms @@ cast(${asked.join(" & ")} as tsquery)
  )`;
}

/** From how many found rows on it takes less time to go through the list and ask of each whether it was found. */
const MANY = 2000;

async function foundInSqlite(
  db: Kysely<StoreTables>,
  table: ListTable,
  all: readonly SoughtTerms[],
): Promise<RawBuilder<unknown>> {
  const asked = all.map(({ terms, isBegun }) => `"${terms.join(" ")}"${isBegun ? "*" : ""}`).join(" AND ");
  const matching = sql`select rowid from record_terms_fts where terms match ${asked}`;
  const { rows } = await sql<{ n: number }>`select count(*) as n from (${matching} limit ${MANY})`.execute(
    db,
  );
  if (rows[0]!.n === MANY) {
    return sql`(
      select t.id from record_terms t where t.kind = ${table} and t.record_key = r.record_key
    ) in (${matching})`;
  }
  // "cross" keeps SQLite from going through all terms of the kind instead.
  return sql`r.record_key in (
    select t.record_key from record_terms_fts f cross join record_terms t on t.id = f.rowid
    where f.terms match ${asked} and t.kind = ${table}
  )`;
}

/** Whether a store is PostgreSQL's. */
export const usesPostgres = (db: Kysely<StoreTables>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;
