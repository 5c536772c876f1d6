import { barsChart } from "../../report/charts/bars.js";
import { drawChart } from "../../report/charts/draw-chart.js";
import { linesChart } from "../../report/charts/lines.js";
import type { Theme } from "../../report/charts/palette.js";
import type { Store } from "../../research/store/store.js";

const SIZE = { width: 900, height: 260 };

/** The loops of a task run in order: the Sharpe ratio of each, and the best so far. Undefined where none has one. */
export async function timelineChart(store: Store, task: string, theme: Theme): Promise<string | undefined> {
  const { rows } = await store.loops({ where: { task_run_id: task }, sort: "loop_id", limit: 100_000 });
  if (!rows.some((row) => row.sharpe !== null)) return undefined;
  let best = Number.NEGATIVE_INFINITY;
  const sharpe = rows.map((row) => row.sharpe ?? Number.NaN);
  const running = sharpe.map((value) => {
    if (value > best) best = value;
    return Number.isFinite(best) ? best : Number.NaN;
  });
  const chart = linesChart({
    label: `Sharpe ratio by loop of ${task}, and the best so far`,
    x: rows.map((row) => String(row.loop_id)),
    lines: [
      { name: "Sharpe", values: sharpe, bars: true },
      { name: "best so far", values: running },
    ],
    fromZero: true,
  });
  return drawChart(chart, SIZE, theme);
}

/** Figures by which loops are compared. */
const COMPARED = ["sharpe", "ic", "ic_ir", "win_rate", "annualized_return", "max_drawdown"] as const;

/** Two to four loops side by side. */
export async function comparisonChart(
  store: Store,
  keys: readonly string[],
  theme: Theme,
): Promise<string | undefined> {
  const { rows } = await store.loops({ where: { mark_key: keys } });
  if (rows.length === 0) return undefined;
  const chart = barsChart({
    label: "Figures of the loops compared",
    categories: [...COMPARED],
    bars: rows.map((row) => ({
      name: `${row.task_run_id.slice(-8)}/${row.loop_id}`,
      values: COMPARED.map((name) => row[name] ?? Number.NaN),
    })),
  });
  return drawChart(chart, SIZE, theme);
}
