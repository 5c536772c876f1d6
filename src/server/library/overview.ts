import type { Store } from "../../research/store/store.js";
import type { ColumnFilter } from "../../research/store/store-list.js";
import type { ImportRunTable } from "../../research/store/store-tables.js";
import type { Attention, OverviewAnswer, RunAnswer } from "./library-types.js";

/** What is in the store, how it came there, and what someone should look at. */
export async function overviewAnswer(
  store: Store,
  version: string,
  snapshot: boolean,
): Promise<OverviewAnswer> {
  const [counts, runs] = await Promise.all([store.counts(), store.runs(1)]);
  return {
    store: store.label,
    version,
    counts,
    lastRun: runs[0] ? runAnswer(runs[0]) : null,
    generated_at_utc: await newestRecord(store),
    attention: await attentionOf(store),
    snapshot,
  };
}

/** Of when the newest of the sources' answers is; null where they do not say. */
async function newestRecord(store: Store): Promise<string | null> {
  const rows = await store.db.selectFrom("sync_state").select("as_of_utc").execute();
  return (
    rows
      .flatMap(({ as_of_utc }) => as_of_utc ?? [])
      .sort()
      .at(-1) ?? null
  );
}

export function runAnswer(run: ImportRunTable): RunAnswer {
  return { ...run, counts: run.counts === null ? null : (JSON.parse(run.counts) as RunAnswer["counts"]) };
}

/** The lists that show what needs a look, as their queries say it. */
const LOOKED_FOR: readonly (Omit<Attention, "count"> & {
  readonly where: Readonly<Record<string, ColumnFilter>>;
})[] = [
  { code: "stale-version", kind: "factors", query: "where.impl_state=stale", where: { impl_state: "stale" } },
  {
    code: "missing-code",
    kind: "factors",
    query: "where.impl_state=missing|stub",
    where: { impl_state: ["missing", "stub"] },
  },
  {
    code: "failed-materialisation",
    kind: "loops",
    query: "where.materialization_status=failed",
    where: { materialization_status: "failed" },
  },
  {
    code: "look-ahead",
    kind: "factors",
    query: "where.look_ahead=look-ahead",
    where: { look_ahead: "look-ahead" },
  },
  {
    code: "check-error",
    kind: "factors",
    query: "where.check_status=error",
    where: { check_status: "error" },
  },
  { code: "no-values", kind: "loops", query: "where.has_values=0", where: { has_values: 0 } },
];

async function attentionOf(store: Store): Promise<Attention[]> {
  const found: Attention[] = [];
  for (const { where, ...attention } of LOOKED_FOR) {
    const { total } =
      attention.kind === "factors"
        ? await store.factors({ where, limit: 0 })
        : await store.loops({ where, limit: 0 });
    if (total > 0) found.push({ ...attention, count: total });
  }
  return found;
}
