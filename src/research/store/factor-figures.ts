import { type Kysely, sql } from "kysely";
import type { StoreTables } from "./store-tables.js";

/** The figure of our own checks at the shortest horizon where there is one, else of the loop that was measured last. */
const measured = (column: string) => sql`(
  select m.${sql.ref(column)} from factor_metrics m
  where m.factor_name = factors.name and m.${sql.ref(column)} is not null
  order by case m.origin when 'validation' then 0 else 1 end, m.changed_at_utc desc, m.task_run_id desc, m.loop_id desc,
    m.window_name
  limit 1
)`;

/**
 * Writes beside each factor what lists show of it and filter by: the figures of its metrics, how many loops used it, what our
 * checks said. Rows that are right already are not written.
 * @param name of one factor; all where omitted
 */
export async function summariseFactors(db: Kysely<StoreTables>, name?: string): Promise<void> {
  const figures = {
    ic: measured("ic_mean"),
    ic_ir: measured("ic_ir"),
    rank_ic: measured("rank_ic_mean"),
    coverage: measured("coverage"),
    loop_count: sql`(
      select count(*) from (
        select distinct f.task_run_id, f.loop_id from loop_factors f where f.factor_name = factors.name
      ) used
    )`,
    check_status: sql`(select c.status from factor_checks c where c.factor_name = factors.name)`,
    look_ahead: sql`(select c.look_ahead from factor_checks c where c.factor_name = factors.name)`,
  };
  const names = Object.keys(figures);
  const columns = Object.entries(figures).map(([column, value]) => sql`${value} as ${sql.ref(column)}`);
  const sets = names.map((column) => sql`${sql.ref(column)} = now.${sql.ref(column)}`);
  const changes = names.map(
    (column) => sql`factors.${sql.ref(column)} is distinct from now.${sql.ref(column)}`,
  );
  await sql`
    update factors set ${sql.join(sets)}
    from (
      select factors.record_key as of_key, ${sql.join(columns)} from factors
      ${name === undefined ? sql`` : sql`where factors.name = ${name}`}
    ) now
    where now.of_key = factors.record_key and (${sql.join(changes, sql` or `)})
  `.execute(db);
}
