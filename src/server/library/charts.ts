import { barsChart } from "../../report/charts/bars.js";
import { drawChart } from "../../report/charts/draw-chart.js";
import { type Line, linesChart } from "../../report/charts/lines.js";
import type { Theme } from "../../report/charts/palette.js";
import { drawdownOf } from "../../research/backfill/return-charts.js";
import type { Store } from "../../research/store/store.js";
import { returnsOf } from "./returns.js";
import type { WorkspaceFiles } from "./workspace-files.js";

const SIZE = { width: 900, height: 260 };
type Language = "en" | "zh";

/** The loops of a task run in order: the Sharpe ratio of each, and the best so far. Undefined where none has one. */
export async function timelineChart(
  store: Store,
  task: string,
  language: Language,
  theme: Theme,
): Promise<string | undefined> {
  const { rows } = await store.loops({ where: { task_run_id: task }, sort: "loop_id", limit: 100_000 });
  if (!rows.some((row) => row.sharpe !== null)) return undefined;
  let best = Number.NEGATIVE_INFINITY;
  const sharpe = rows.map((row) => row.sharpe ?? Number.NaN);
  const running = sharpe.map((value) => {
    if (value > best) best = value;
    return Number.isFinite(best) ? best : Number.NaN;
  });
  const isChinese = language === "zh";
  const chart = linesChart({
    label: isChinese ? `${task} 各轮夏普与当前最佳` : `Sharpe ratio by loop of ${task}, and the best so far`,
    x: rows.map((row) => String(row.loop_id)),
    lines: [
      { name: isChinese ? "夏普" : "Sharpe", values: sharpe, bars: true },
      { name: isChinese ? "当前最佳" : "best so far", values: running },
    ],
    fromZero: true,
  });
  return drawChart(chart, SIZE, theme);
}

/** Figures by which loops are compared, in two charts' worth of scales: ratios here, shares of 1 there. */
const COMPARED = [
  ["sharpe", "Sharpe", "夏普"],
  ["ic", "IC", "IC"],
  ["ic_ir", "IC IR", "ICIR"],
  ["win_rate", "win rate", "胜率"],
  ["annualized_return", "return a year", "年化收益"],
  ["max_drawdown", "max drawdown", "最大回撤"],
] as const;

/** Two to four loops side by side. */
export async function comparisonChart(
  store: Store,
  keys: readonly string[],
  language: Language,
  theme: Theme,
): Promise<string | undefined> {
  const rows = await loopsOf(store, keys);
  if (rows.length === 0) return undefined;
  const isChinese = language === "zh";
  const there = COMPARED.filter(([name]) => rows.some((row) => row[name] !== null));
  const chart = barsChart({
    label: isChinese ? "所比较轮次的指标" : "Figures of the loops compared",
    categories: there.map(([, english, chinese]) => (isChinese ? chinese : english)),
    bars: rows.map((row) => ({
      name: nameOf(row),
      values: there.map(([name]) => row[name] ?? Number.NaN),
    })),
  });
  return drawChart(chart, SIZE, theme);
}

/**
 * Equity or drawdown of loops over the sessions that any of them has; undefined where no return file is on this machine.
 * A loop without a value on a session has a gap there.
 */
export async function returnsChart(
  store: Store,
  files: WorkspaceFiles,
  keys: readonly string[],
  figure: "equity" | "drawdown",
  language: Language,
  theme: Theme,
): Promise<string | undefined> {
  const loops = (await loopsOf(store, keys)).flatMap((row) => {
    const equity = returnsOf(files, row);
    return equity === undefined ? [] : [{ name: nameOf(row), ...equity }];
  });
  if (loops.length === 0) return undefined;
  const x = [...new Set(loops.flatMap(({ dates }) => dates))].sort();
  const isDrawdown = figure === "drawdown";
  const lines = loops.map(({ name, dates, values }): Line => {
    const byDate = new Map((isDrawdown ? drawdownOf(values) : values).map((value, at) => [dates[at], value]));
    return {
      name,
      values: x.map((date) => byDate.get(date) ?? Number.NaN),
      area: isDrawdown && loops.length === 1,
    };
  });
  const words = isDrawdown ? ["Drawdown", "回撤"] : ["Equity over its first value", "净值（起点为 1）"];
  const chart = linesChart({
    label: `${words[language === "zh" ? 1 : 0]}, ${x[0]} – ${x.at(-1)}`,
    x,
    lines,
    ...(isDrawdown && { unit: "percent" }),
  });
  return drawChart(chart, SIZE, theme);
}

async function loopsOf(store: Store, keys: readonly string[]) {
  const { rows } = await store.loops({ where: { mark_key: keys.slice(0, 8) }, gone: true });
  return keys.flatMap((key) => rows.find((row) => row.mark_key === key) ?? []);
}

const nameOf = (row: { readonly task_run_id: string; readonly loop_id: number }): string =>
  `${row.task_run_id.slice(-8)}/${row.loop_id}`;
