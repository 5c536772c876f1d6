import { sql, type Transaction } from "kysely";
import type { CatalogueRecord } from "../catalogues/catalogue-record.js";
import { loopFactors, recordColumns } from "../store/record-columns.js";
import type { StoreTables } from "../store/store-tables.js";
import type { ImportKind } from "./results-source.js";

/** What became of one record, for the import's own list. */
export interface Outcome {
  readonly key: string;
  readonly status: "ok" | "skipped" | "failed" | "gone";
  readonly reason: string | null;
}

/** Rows of one statement: PostgreSQL takes 65,535 values in one. */
export const ROWS_AT_ONCE = 200;

/** Writes rows of one shape by their record_key. PostgreSQL's text holds no NUL. */
export async function upsertRows(
  db: Transaction<StoreTables>,
  table: keyof StoreTables,
  rows: readonly Record<string, string | number | null>[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const list = sql.join(columns.map((column) => sql.ref(column)));
  const updates = sql.join(
    columns
      .filter((column) => column !== "record_key")
      .map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`),
  );
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const values = rows
      .slice(at, at + ROWS_AT_ONCE)
      .map((row) => sql`(${sql.join(columns.map((column) => withoutNul(row[column] ?? null)))})`);
    await sql`
      insert into ${sql.table(table)} (${list}) values ${sql.join(values)}
      on conflict (record_key) do update set ${updates}
    `.execute(db);
  }
}

const withoutNul = (value: string | number | null): string | number | null =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\u2400") : value;

/** Rows that are there again as they were. */
export async function reviveRows(
  db: Transaction<StoreTables>,
  table: keyof StoreTables,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`update ${sql.table(table)} set gone_at_utc = null where record_key in (${sql.join(keys)})`.execute(
    db,
  );
}

/** The factors of loops that are new or changed. */
export async function linkFactors(
  db: Transaction<StoreTables>,
  loops: readonly CatalogueRecord[],
): Promise<void> {
  for (const loop of loops) {
    const { task_run_id, loop_id, workspace_id } = recordColumns("loops", loop);
    await db
      .deleteFrom("loop_factors")
      .where("task_run_id", "=", String(task_run_id))
      .where("loop_id", "=", Number(loop_id))
      .where("workspace_id", "=", String(workspace_id))
      .execute();
    const links = loopFactors(loop);
    if (links.length > 0) await db.insertInto("loop_factors").values(links).execute();
  }
}

/** What became of the records of a page. */
export async function recordOutcomes(
  db: Transaction<StoreTables>,
  runId: string,
  kind: ImportKind,
  outcomes: readonly Outcome[],
): Promise<void> {
  const rows = outcomes.map(({ key, status, reason }) => ({
    run_id: runId,
    kind,
    record_key: withoutNul(key) as string,
    status,
    reason,
  }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await db
      .insertInto("import_records")
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
  }
}
