import type { Store } from "../../research/store/store.js";
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
    attention: await attentionOf(store),
    snapshot,
  };
}

export function runAnswer(run: ImportRunTable): RunAnswer {
  return { ...run, counts: run.counts === null ? null : (JSON.parse(run.counts) as RunAnswer["counts"]) };
}

/** The lists that show what needs a look, as their queries say it. */
const LOOKED_FOR: readonly (Omit<Attention, "count"> & {
  readonly where: Readonly<Record<string, string | number>>;
})[] = [
  { code: "stale-version", kind: "factors", query: "where.impl_state=stale", where: { impl_state: "stale" } },
  {
    code: "missing-code",
    kind: "factors",
    query: "where.impl_state=missing|stub",
    where: { impl_state: "missing" },
  },
  {
    code: "failed-materialisation",
    kind: "loops",
    query: "where.materialization_status=failed",
    where: { materialization_status: "failed" },
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
