import type { FactorQuality } from "../../factor-checks/quality/quality-figures.js";
import type { Theme } from "../../report/charts/palette.js";
import type { Store } from "../../research/store/store.js";
import type { FactorCheckAnswer } from "./library-types.js";

/** What our own checks found of a factor, with the charts there are of it; null before they ran. */
export async function factorCheck(store: Store, name: string): Promise<FactorCheckAnswer | null> {
  const row = await checkRow(store, name);
  if (row === undefined) return null;
  const charts = row.quality === null ? [] : await chartsOf(row.quality);
  return {
    status: row.status,
    lookAhead: row.look_ahead,
    lookBack: row.look_back,
    findings: JSON.parse(row.findings) as FactorCheckAnswer["findings"],
    charts: charts.map(({ caption, wide = false }, at) => ({ at, ...caption, wide })),
    checked_at_utc: row.checked_at_utc,
  };
}

/** One of a factor's charts: IC, quantiles and what else `qualityCharts` has. */
export async function factorChart(
  store: Store,
  name: string,
  at: number,
  theme: Theme,
): Promise<string | undefined> {
  const row = await checkRow(store, name);
  if (row?.quality == null) return undefined;
  const chart = (await chartsOf(row.quality))[at];
  if (chart === undefined) return undefined;
  const { drawChart } = await import("../../report/charts/draw-chart.js");
  const size = chart.size ?? { width: chart.wide ? 1140 : 560, height: chart.wide ? 320 : 280 };
  return drawChart(chart.chart, size, theme);
}

const checkRow = (store: Store, name: string) =>
  store.db.selectFrom("factor_checks").selectAll().where("factor_name", "=", name).executeTakeFirst();

async function chartsOf(quality: string) {
  const { qualityCharts } = await import("../../factor-checks/page/quality-charts.js");
  // JSON has no NaN: a session without a coefficient came back as null.
  const figures: unknown = JSON.parse(quality, (_, value: unknown) => (value === null ? Number.NaN : value));
  return qualityCharts(figures as FactorQuality);
}
