import type { FactorQuality } from "../../factor-checks/quality/quality-figures.js";
import { utcNow } from "../registry/utc-time.js";
import { summariseFactors } from "./factor-figures.js";
import type { Store } from "./store.js";
import type { StoreTables } from "./store-tables.js";

/**
 * Keeps what our own checks say of factors in the store, one row a factor and horizon, beside what research said of them. An
 * earlier result of the same factor and horizon is replaced.
 * @param qualities of `factorQuality`, or of a factor report
 */
export async function keepQuality(store: Store, qualities: readonly FactorQuality[]): Promise<void> {
  const rows = qualities.flatMap(metricRows);
  await store.db.transaction().execute(async (db) => {
    for (const row of rows) {
      await db
        .deleteFrom("factor_metrics")
        .where("origin", "=", "validation")
        .where("factor_name", "=", row.factor_name)
        .where("window_name", "=", row.window_name)
        .execute();
      await db.insertInto("factor_metrics").values(row).execute();
    }
    for (const name of new Set(rows.map((row) => row.factor_name))) await summariseFactors(db, name);
  });
}

function metricRows(quality: FactorQuality): StoreTables["factor_metrics"][] {
  return quality.ic.map(({ horizon, ic, rankIc }, at) => {
    const portfolio = quality.portfolios[at];
    const figures = { ic, rankIc, coverage: quality.coverage.mean, portfolio: portfolio ?? null };
    return {
      factor_name: quality.column,
      origin: "validation",
      task_run_id: "",
      loop_id: -1,
      workspace_id: "",
      window_name: `${quality.sessions[0]} to ${quality.sessions.at(-1)}, horizon ${horizon}`,
      ic_mean: finite(ic.mean),
      ic_ir: finite(ic.ratio),
      rank_ic_mean: finite(rankIc.mean),
      rank_ic_ir: finite(rankIc.ratio),
      coverage: finite(quality.coverage.mean),
      turnover: null,
      annualized_return: null,
      max_drawdown: null,
      sharpe: null,
      metrics: JSON.stringify(figures, (_, value: unknown) => (Array.isArray(value) ? undefined : value)),
      changed_at_utc: utcNow(),
    };
  });
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
