import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FactorReport } from "#src/factor-checks/factor-report.js";
import { indexRows } from "#src/research/store/full-text.js";
import { openStore } from "#src/research/store/open-store.js";
import type { Store } from "#src/research/store/store.js";
import { sync } from "#src/research/sync/sync.js";
import { copyOf } from "../../research/research-fixtures.js";

/** What a hostile record may try on whoever reads it. */
export const ATTACKS = [
  `<img src=x onerror="window.hit=1">`,
  `"><script>window.hit=1</script>`,
  `javascript:window.hit=1`,
  `\u001b[31mred\u0007`,
  `../../../../etc/passwd`,
  `{{constructor.constructor('window.hit=1')()}}`,
];

/** A store of the fixture's results. */
export async function someStore(folder: string): Promise<Store> {
  const store = await openStore(join(folder, "store.sqlite"));
  await sync(copyOf("RDagentDB", join(folder, "results")), store, { pauseMs: 1, attempts: 2 });
  return store;
}

/** Adds factors by their names, copies of one that is there. */
export async function addFactors(store: Store, names: readonly string[]): Promise<void> {
  const { rows } = await store.factors({ limit: 1 });
  const { marks: _, ...like } = rows[0]!;
  await store.db.transaction().execute(async (db) => {
    for (let first = 0; first < names.length; first += 500) {
      const batch = names.slice(first, first + 500).map((name, i) => ({
        ...like,
        name,
        record_key: JSON.stringify([name]),
        mark_key: JSON.stringify([name]),
        description_cn: i % 7 === 0 ? `市盈率 ${name}` : name,
        best_sharpe: (((first + i) * 7919) % 1000) / 500 - 1,
      }));
      await db.insertInto("factors").values(batch).execute();
      await indexRows(db, "factors", batch);
    }
  });
}

/** Makes the workspaces that the store names below a folder, as a research repository has them: returns, feedback, a program. */
export async function makeWorkspaces(store: Store, repository: string): Promise<void> {
  const { rows } = await store.loops({ limit: 500 });
  for (const { workspace_path, task_run_id, loop_id } of rows) {
    const at = workspace_path?.indexOf("/git_ignore_folder/") ?? -1;
    if (at < 0) continue;
    const folder = join(repository, workspace_path!.slice(at));
    mkdirSync(folder, { recursive: true });
    const data = Array.from({ length: 60 }, (_, day) => ({
      datetime: new Date(Date.UTC(2025, 0, 2 + day)).toISOString(),
      account: 1e6 * (1 + day / 500 + Math.sin(day / 4 + loop_id) / 80),
    }));
    writeFileSync(join(folder, "ret_schema.json"), JSON.stringify({ schema: { fields: [] }, data }));
    writeFileSync(join(folder, "factor.py"), "def calculate(df):\n    return df.pct_change(10)\n");
    const summary = { limitations: ["one year only"], code_critic: ["no test of gaps"] };
    const hypothesis = "Momentum of ten sessions carries on.";
    writeFileSync(
      join(folder, "feedback.json"),
      JSON.stringify({ version: "v1", task_run_id, loop_id, decision: null, hypothesis, summary }),
    );
  }
}

/** What a validation might have found of a factor, with series long enough to be drawn. */
export function someReport(factor: string): FactorReport {
  const sessions = Array.from({ length: 40 }, (_, day) =>
    new Date(Date.UTC(2025, 0, 2 + day)).toISOString().slice(0, 10),
  );
  const series = sessions.map((_, day) => (day === 7 ? Number.NaN : Math.sin(day) / 20));
  const summary = { mean: 0.02, ratio: 0.3, std: 0.1, sessions: 39 };
  const quantiles = [1, 2, 3].map((quantile) => ({
    ...{ quantile, mean: quantile / 1000, stdError: 0.001, rate: quantile / 1000, cells: 100, series },
    cumulative: sessions.map((_, day) => 1 + (day * quantile) / 1000),
  }));
  const quality = {
    ...{ column: factor, horizons: [1], sessions, marketSessions: sessions },
    ic: [
      {
        horizon: 1,
        series,
        rankSeries: series,
        ic: summary,
        rankIc: summary,
        rankIcByMonth: [{ period: "2025-01", mean: 0.01, sessions: 30 }],
        rankIcByYear: [],
      },
    ],
    decay: [{ horizon: 1, ic: 0.02, rankIc: 0.02, sessions: 39 }],
    quantileReturns: [{ horizon: 1, quantiles, spread: {}, byGroup: [] }],
    portfolios: [],
    turnover: [],
    coverage: { mean: 0.4, series: sessions.map(() => 0.4) },
    distribution: { histogram: { edges: [0, 1, 2], counts: [3, 4] }, drift: [] },
  };
  return {
    factor,
    status: "warning",
    source: { kind: "expression", text: factor },
    findings: [
      {
        code: "low-coverage",
        severity: "warning",
        sentence: "coverage is low",
        sentenceZh: "覆盖率低",
        rows: [],
      },
    ],
    proof: { verdict: "look-ahead", lookback: { rows: 5 } },
    quality: [quality],
    cached: false,
  } as unknown as FactorReport;
}
