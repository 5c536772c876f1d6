import { barsChart } from "../../report/charts/bars.js";
import { heatMapChart } from "../../report/charts/heat-map.js";
import { type Line, linesChart } from "../../report/charts/lines.js";
import { type FigureParts, figure } from "../../report/page/figure.js";
import type { Html } from "../../report/page/html.js";
import type { FactorQuality, PeriodMean, SessionSeries } from "../quality/quality-figures.js";

/** The charts a quant expects of a factor; those without data are left out. */
export async function qualityFigures(quality: FactorQuality): Promise<Html[]> {
  const drawn: Html[] = [];
  for (const parts of qualityCharts(quality)) drawn.push(await figure(parts));
  return drawn;
}

/** The same before they are drawn. */
export const qualityCharts = (quality: FactorQuality): FigureParts[] =>
  FIGURES.flatMap((make) => make(quality) ?? []);

type Maker = (quality: FactorQuality) => FigureParts | undefined;

const cumulativeIc: Maker = ({ column, ic, sessions, horizons }) => {
  if (sessions.length === 0) return undefined;
  const lines = ic.map(
    ({ rankSeries }, i): Line => ({ name: ahead(horizons[i]!), values: cumulated(rankSeries) }),
  );
  const chart = linesChart({ label: `Cumulative rank IC of ${column}`, x: sessions, lines, fromZero: true });
  return { caption: { en: "Cumulative rank IC", zh: "累计 Rank IC" }, chart, wide: true };
};

const icSeries: Maker = ({ column, ic, sessions }) => {
  const first = ic[0];
  if (first === undefined || sessions.length === 0) return undefined;
  const lines: Line[] = [
    { name: "rank IC", values: first.rankSeries, bars: true },
    { name: "22", values: movingMean(first.rankSeries, 22) },
  ];
  const chart = linesChart({
    label: `Rank IC by session of ${column}, and its mean of 22 sessions`,
    x: sessions,
    lines,
    fromZero: true,
  });
  return { caption: { en: "Rank IC by session, mean of 22", zh: "每日 Rank IC 与 22 日均值" }, chart };
};

const icByMonth: Maker = ({ column, ic }) => {
  const means = ic[0]?.rankIcByMonth ?? [];
  if (means.length === 0) return undefined;
  const years = [...new Set(means.map(({ period }) => period.slice(0, 4)))].sort();
  const months = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
  const byPeriod = new Map(means.map((one): [string, PeriodMean] => [one.period, one]));
  const values = years.flatMap((year) =>
    months.map((month) => byPeriod.get(`${year}-${month}`)?.mean ?? Number.NaN),
  );
  const chart = heatMapChart({
    label: `Mean rank IC by month of ${column}`,
    columns: months,
    rows: years,
    values,
    text: (value) => value.toFixed(2),
  });
  const size = { width: 560, height: Math.max(150, 60 + 32 * years.length) };
  const data = {
    headings: ["month", "rank IC"],
    rows: means.map(({ period, mean }) => [period, mean.toFixed(4)]),
  };
  return { caption: { en: "Rank IC by month", zh: "月度 Rank IC" }, chart, size, data };
};

const decay: Maker = ({ column, decay }) => {
  if (decay.length === 0) return undefined;
  const chart = barsChart({
    label: `Rank IC of ${column} by sessions ahead`,
    categories: decay.map(({ horizon }) => String(horizon)),
    bars: [{ name: "rank IC", values: decay.map(({ rankIc }) => rankIc) }],
    signed: true,
  });
  const rows = decay.map(({ horizon, ic, rankIc }) => [String(horizon), ic.toFixed(4), rankIc.toFixed(4)]);
  const data = { headings: ["sessions ahead", "IC", "rank IC"], rows };
  return { caption: { en: "Decay: rank IC by sessions ahead", zh: "衰减：各持有期 Rank IC" }, chart, data };
};

const quantileMeans: Maker = ({ column, quantileReturns, horizons }) => {
  const first = quantileReturns[0];
  if (first === undefined || first.quantiles.length === 0) return undefined;
  const single = quantileReturns.length === 1;
  const chart = barsChart({
    label: `Mean return by quantile of ${column}`,
    categories: first.quantiles.map(({ quantile }) => `Q${quantile}`),
    unit: "percent",
    bars: quantileReturns.map(({ quantiles }, i) => ({
      name: ahead(horizons[i]!),
      values: quantiles.map(({ rate }) => rate),
      ...(single && { errors: quantiles.map(({ stdError }) => stdError) }),
    })),
  });
  return {
    caption: { en: "Mean return by quantile, less the session's mean", zh: "分组平均收益（减当日均值）" },
    chart,
  };
};

const quantileCurves: Maker = ({ column, quantileReturns, sessions }) => {
  const held = quantileReturns.find(({ horizon }) => horizon === 1);
  if (held === undefined || held.quantiles.every(({ cumulative }) => cumulative.length === 0))
    return undefined;
  const lines = held.quantiles.map(
    ({ quantile, cumulative }): Line => ({ name: `Q${quantile}`, values: cumulative }),
  );
  const chart = linesChart({ label: `Cumulative return by quantile of ${column}`, x: sessions, lines });
  return { caption: { en: "Cumulative return by quantile", zh: "分组累计收益" }, chart };
};

const longShort: Maker = ({ column, portfolios, sessions }) => {
  const held = portfolios.filter(({ horizon, cumulative }) => horizon === 1 && cumulative.length > 0);
  if (held.length === 0) return undefined;
  const lines: Line[] = held.map(({ weights, cumulative }) => ({
    name: weights === "quantiles" ? "top − bottom" : "by factor",
    values: cumulative,
  }));
  lines.push({ name: "drawdown", values: held[0]!.drawdown, area: true, thin: true, right: true });
  const chart = linesChart({
    label: `Long-short portfolio of ${column} and its drawdown`,
    x: sessions,
    lines,
    rightUnit: "percent",
  });
  return { caption: { en: "Long-short, and its drawdown", zh: "多空组合与回撤" }, chart, wide: true };
};

const turnover: Maker = ({ column, turnover, sessions }) => {
  const first = turnover[0];
  if (first === undefined || first.top.length === 0) return undefined;
  const lines = [
    { name: "top", values: movingMean(first.top, 22) },
    { name: "bottom", values: movingMean(first.bottom, 22) },
  ];
  const chart = linesChart({
    label: `Turnover of the end quantiles of ${column}, mean of 22 sessions`,
    x: sessions,
    lines,
    unit: "percent",
  });
  return {
    caption: { en: "Turnover of the end quantiles, mean of 22", zh: "顶底组换手（22 日均值）" },
    chart,
  };
};

const autocorrelation: Maker = ({ column, turnover, sessions }) => {
  const series = turnover[0]?.rankAutocorrelationSeries ?? [];
  if (series.length === 0) return undefined;
  const lines = [{ name: "rank autocorrelation", values: series, thin: true }];
  const chart = linesChart({ label: `Rank autocorrelation of ${column}`, x: sessions, lines });
  return { caption: { en: "Rank autocorrelation", zh: "秩自相关" }, chart };
};

const coverage: Maker = ({ column, coverage, marketSessions }) => {
  if (coverage.series.length === 0) return undefined;
  const lines = [{ name: "coverage", values: coverage.series, area: true }];
  const chart = linesChart({
    label: `Share of market rows with a value of ${column}`,
    x: marketSessions,
    lines,
    unit: "percent",
    fromZero: true,
  });
  return { caption: { en: "Coverage", zh: "覆盖率" }, chart };
};

const distribution: Maker = ({ column, distribution: { histogram } }) => {
  if (histogram.counts.length === 0) return undefined;
  const middle = (i: number) => Number(((histogram.edges[i]! + histogram.edges[i + 1]!) / 2).toPrecision(3));
  const chart = barsChart({
    label: `Distribution of ${column}`,
    categories: histogram.counts.map((_, i) => String(middle(i))),
    bars: [{ name: "cells", values: histogram.counts }],
    dense: true,
  });
  return { caption: { en: "Distribution (99% of the cells)", zh: "分布（99% 的值）" }, chart };
};

const drift: Maker = ({ column, distribution }) => {
  if (distribution.drift.length < 2) return undefined;
  const chart = barsChart({
    label: `Population stability index of ${column} by quarter`,
    categories: distribution.drift.map(({ period }) => period),
    bars: [{ name: "PSI", values: distribution.drift.map(({ stability }) => stability) }],
  });
  return {
    caption: {
      en: "Drift: stability index by quarter (0.25 is a shift)",
      zh: "漂移：各季度 PSI（0.25 为显著）",
    },
    chart,
  };
};

const FIGURES: readonly Maker[] = [
  cumulativeIc,
  icByMonth,
  icSeries,
  decay,
  quantileMeans,
  longShort,
  quantileCurves,
  turnover,
  autocorrelation,
  coverage,
  distribution,
  drift,
];

const ahead = (horizon: number): string => `${horizon}`;

/** Sessions without a value add nothing. */
function cumulated(series: SessionSeries): number[] {
  let sum = 0;
  return series.map((value) => {
    if (Number.isFinite(value)) sum += value;
    return sum;
  });
}

/** The mean of the last `window` sessions that have a value; NaN before there are half as many. */
function movingMean(series: SessionSeries, window: number): number[] {
  return series.map((_, i) => {
    const there = series.slice(Math.max(0, i - window + 1), i + 1).filter(Number.isFinite);
    return 2 * there.length < window
      ? Number.NaN
      : there.reduce((sum, value) => sum + value, 0) / there.length;
  });
}
