import { joinPanels } from "../../join/join-panels.js";
import { onlyPanels } from "../../panel/only-panels.js";
import type { Panel } from "../../panel/panel.js";
import { calendarRows } from "../compare/other-inputs.js";
import { Argsort } from "./argsort.js";
import { QLIB_LABEL } from "./quality-options.js";
import { averageRanks, pairCorrelation } from "./ranks.js";
import { meanOf, stdOf } from "./summary.js";

/** Sessions a year in qlib's `SigAnaRecord` (`ana_long_short`), and in its `risk_analysis` of daily returns. */
const ANNUAL_SCALER = 252;
const RISK_SCALER = 238;
const GROUPS = 5;

/** qlib's `calc_long_short_return`: the top and bottom share of the scores, equally weighted. */
export interface QlibLongShort {
  /** (long - short) / 2 by session. */
  readonly series: readonly number[];
  /** The mean label of all rows: the universe, which qlib's reports call the long average. */
  readonly average: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly annualReturn: number;
  readonly annualSharpe: number;
  readonly averageAnnualReturn: number;
  readonly averageAnnualSharpe: number;
}

/** qlib's `risk_analysis`. */
export interface QlibRisk {
  readonly mean: number;
  readonly std: number;
  readonly annualizedReturn: number;
  readonly informationRatio: number;
  readonly maxDrawdown: number;
}

/** A score against a label as qlib's `contrib.eva.alpha` and `contrib.report.analysis_model` have it. */
export interface QlibFigures {
  readonly sessions: number;
  readonly ic: readonly number[];
  readonly rankIc: readonly number[];
  readonly icMean: number;
  readonly icir: number;
  readonly rankIcMean: number;
  readonly rankIcir: number;
  readonly icSessions: number;
  readonly longShort: QlibLongShort;
  readonly longShortDropna: QlibLongShort;
  readonly longPrecision: number;
  readonly shortPrecision: number;
  readonly autocorrelation: readonly { readonly lag: number; readonly mean: number }[];
  /** The sum over sessions of each group's mean label; group 1 holds the highest scores, the remainder is in none. */
  readonly groupReturns: readonly number[];
  readonly longShortOfGroups: number;
  readonly longAverageOfGroups: number;
  /** Of ranks against those of the instrument's row before. */
  readonly rankAutocorrelation: number;
  readonly turnover: { readonly top: number; readonly bottom: number };
  readonly risk: QlibRisk;
}

/** What qlib's figures of a score count. */
export interface QlibOptions {
  /** What the score predicts: an expression; by default that of Alpha158. */
  readonly label?: string | undefined;
  /** The share of rows that is long, and short; 0.2 by default. */
  readonly quantile?: number | undefined;
}

/** A session of the joined table, as its rows stand. */
interface Session {
  readonly score: Float64Array;
  readonly label: Float64Array;
  /** The score of the instrument's row before. */
  readonly before: Float64Array;
}

/**
 * qlib's figures of a score, the single column of `scores`, against a label over the calendar positions between each
 * instrument's first and last row; rows are those of either (outer alignment).
 * @throws DataServiceError bad-expression (the label), unknown-field
 */
export function computeQlibFigures(
  market: Panel,
  scores: Panel,
  { label = QLIB_LABEL, quantile = 0.2 }: QlibOptions = {},
): QlibFigures {
  onlyPanels([market, scores], "qlibFigures");
  const labels = (calendarRows(market) ?? market).evaluate({ label }, { labels: ["label"] });
  const score = scores.select(scores.columnNames.slice(0, 1)).rename({ [scores.columnNames[0]!]: "score" });
  const sessions = sessionsOf(joinPanels([score, labels], { how: "outer" }).panel);
  const [ic, rankIc] = [sessions.map(pearson), sessions.map(spearman)];
  const longShort = longShortOf(sessions, quantile, false);
  const precise = sessions.map((one) => precision(one, quantile));
  const groups = sessions.map(groupMeans);
  const total = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  const group = (k: number) => groups.map((means) => means[k]!);
  const everything = sessions.map((one) => meanOf(one.label).mean);
  return {
    sessions: sessions.length,
    ic,
    rankIc,
    icMean: meanOf(ic).mean,
    icir: meanOf(ic).mean / stdOf(ic),
    rankIcMean: meanOf(rankIc).mean,
    rankIcir: meanOf(rankIc).mean / stdOf(rankIc),
    icSessions: meanOf(ic).count,
    longShort,
    longShortDropna: longShortOf(sessions, quantile, true),
    longPrecision: meanOf(precise.map(([long]) => long)).mean,
    shortPrecision: meanOf(precise.map(([, short]) => short)).mean,
    autocorrelation: [1, 5].map((lag) => ({ lag, mean: meanOf(autocorrelation(score, lag)).mean })),
    groupReturns: Array.from({ length: GROUPS }, (_, k) => total(group(k))),
    longShortOfGroups: total(groups.map((means) => means[0]! - means[GROUPS - 1]!)),
    longAverageOfGroups: total(groups.map((means, s) => means[0]! - everything[s]!)),
    rankAutocorrelation: meanOf(sessions.map(rankAutocorrelation)).mean,
    turnover: {
      top: meanOf(sessions.map((one) => turnover(one, true))).mean,
      bottom: meanOf(sessions.map((one) => turnover(one, false))).mean,
    },
    risk: riskAnalysis(longShort.series),
  };
}

function sessionsOf(panel: Panel): Session[] {
  const { index } = panel;
  const [score, label] = [panel.column("score").floats(), panel.column("label").floats()];
  const last = new Float64Array(index.instruments.length).fill(Number.NaN);
  return Array.from({ length: index.sessionCount }, (_, s) => {
    const [first, end] = [index.startOf(s), index.startOf(s + 1)];
    const own = Float64Array.from(score.subarray(first, end));
    const codes = index.codesOf(first, end);
    const before = Float64Array.from(codes, (code) => last[code]!);
    for (const [i, code] of codes.entries()) last[code] = own[i]!;
    return { score: own, label: Float64Array.from(label.subarray(first, end)), before };
  });
}

const argsort = new Argsort();

function pearson({ score, label }: Session): number {
  return pairCorrelation(score, label, score.length).correlation;
}

function ranksOf(cells: Float64Array, beside?: Float64Array): Float64Array {
  const [order, ranks] = [new Uint32Array(cells.length), new Float64Array(cells.length).fill(Number.NaN)];
  averageRanks(cells, order, argsort.sort(cells, cells.length, order), ranks, beside);
  return ranks;
}

function spearman({ score, label }: Session): number {
  const [x, y] = [ranksOf(score, label), ranksOf(label, score)];
  return pairCorrelation(x, y, score.length, score, label).correlation;
}

/** The rows of the largest, or smallest, cells: of ties the first, missing ones last (pandas' `nlargest`, `nsmallest`). */
function extremes(cells: Float64Array, count: number, largest: boolean): number[] {
  const rows = Array.from(cells.keys());
  const value = (row: number) => (largest ? -cells[row]! : cells[row]!);
  const present = rows
    .filter((row) => !Number.isNaN(cells[row]!))
    .sort((a, b) => value(a) - value(b) || a - b);
  return [...present, ...rows.filter((row) => Number.isNaN(cells[row]!))].slice(0, count);
}

function meanLabel({ label }: Session, rows: readonly number[]): number {
  return meanOf(rows.map((row) => label[row]!)).mean;
}

function longShortOf(sessions: readonly Session[], quantile: number, dropna: boolean): QlibLongShort {
  const used = dropna ? sessions.map(complete) : sessions;
  const series = used.map((one) => {
    const count = Math.trunc(one.score.length * quantile);
    return (
      (meanLabel(one, extremes(one.score, count, true)) - meanLabel(one, extremes(one.score, count, false))) /
      2
    );
  });
  const average = used.map((one) => meanOf(one.label).mean);
  const sharpe = (values: readonly number[]) =>
    (meanOf(values).mean / stdOf(values)) * Math.sqrt(ANNUAL_SCALER);
  return {
    series,
    average,
    mean: meanOf(series).mean,
    std: stdOf(series),
    annualReturn: meanOf(series).mean * ANNUAL_SCALER,
    annualSharpe: sharpe(series),
    averageAnnualReturn: meanOf(average).mean * ANNUAL_SCALER,
    averageAnnualSharpe: sharpe(average),
  };
}

/** The rows that have both. */
function complete({ score, label, before }: Session): Session {
  const has = (_: number, row: number) => !Number.isNaN(score[row]!) && !Number.isNaN(label[row]!);
  return { score: score.filter(has), label: label.filter(has), before: before.filter(has) };
}

/** The share of labels above 0 among the long, below 0 among the short. */
function precision(one: Session, quantile: number): [long: number, short: number] {
  const count = Math.trunc(one.score.length * quantile);
  const share = (rows: readonly number[], sign: number) => {
    const labels = rows.map((row) => one.label[row]!).filter((label) => !Number.isNaN(label));
    return labels.filter((label) => sign * label > 0).length / labels.length;
  };
  return [share(extremes(one.score, count, true), 1), share(extremes(one.score, count, false), -1)];
}

/** Correlation of a session's scores with those of the session `lag` before, over instruments. */
function autocorrelation(scores: Panel, lag: number): number[] {
  const { index } = scores;
  const cells = scores.column("score").floats();
  const count = index.instruments.length;
  const rows = Array.from({ length: index.sessionCount }, (_, s) => {
    const row = new Float64Array(count).fill(Number.NaN);
    for (let k = index.startOf(s); k < index.startOf(s + 1); k++) row[index.codes[k]!] = cells[k]!;
    return row;
  });
  return rows.map((row, s) =>
    s < lag ? Number.NaN : pairCorrelation(row, rows[s - lag]!, count).correlation,
  );
}

function groupMeans(one: Session): number[] {
  const rows = extremes(one.score, one.score.length, true).filter((row) => !Number.isNaN(one.score[row]!));
  const size = Math.floor(rows.length / GROUPS);
  return Array.from({ length: GROUPS }, (_, k) => meanLabel(one, rows.slice(size * k, size * (k + 1))));
}

function rankAutocorrelation({ score, before }: Session): number {
  return pairCorrelation(ranksOf(score), ranksOf(before), score.length).correlation;
}

function turnover({ score, before }: Session, top: boolean): number {
  const count = Math.floor(score.length / GROUPS);
  const held = new Set(extremes(before, count, top));
  return 1 - extremes(score, count, top).filter((row) => held.has(row)).length / count;
}

/** Returns added up, as `risk_analysis(mode="sum")` has it: the running maximum begins at the first value. */
function riskAnalysis(series: readonly number[]): QlibRisk {
  const { mean } = meanOf(series);
  const std = stdOf(series);
  let [sum, peak, worst] = [0, Number.NEGATIVE_INFINITY, 0];
  for (const r of series) {
    if (Number.isNaN(r)) continue;
    sum += r;
    peak = Math.max(peak, sum);
    worst = Math.min(worst, sum - peak);
  }
  return {
    mean,
    std,
    annualizedReturn: mean * RISK_SCALER,
    informationRatio: (mean / std) * Math.sqrt(RISK_SCALER),
    maxDrawdown: worst,
  };
}
