import type { CoefficientSummary, PeriodMean } from "./quality-figures.js";
import { twoSidedP } from "./student-t.js";

/** Mean of the cells that are not NaN, and how many they are: numpy's `nanmean`. */
export function meanOf(cells: ArrayLike<number>): { readonly mean: number; readonly count: number } {
  let [sum, count] = [0, 0];
  for (let i = 0; i < cells.length; i++) {
    if (Number.isNaN(cells[i]!)) continue;
    sum += cells[i]!;
    count++;
  }
  return { mean: sum / count, count };
}

/** Standard deviation of the cells that are not NaN, ddof 1; NaN of fewer than two: pandas' `std`. */
export function stdOf(cells: ArrayLike<number>): number {
  const { mean, count } = meanOf(cells);
  let squares = 0;
  for (let i = 0; i < cells.length; i++) if (!Number.isNaN(cells[i]!)) squares += (cells[i]! - mean) ** 2;
  return Math.sqrt(squares / (count - 1));
}

/**
 * t of a series' mean against 0 with the standard error of Newey and West (1987): Bartlett weights, autocovariances
 * over n, no small-sample factor, as statsmodels' `cov_type="HAC"` with `use_correction=False`. Sessions without a
 * value are left out first.
 */
export function tNeweyWest(cells: ArrayLike<number>, lags: number): number {
  const present = Array.from(cells).filter((cell) => !Number.isNaN(cell));
  const n = present.length;
  if (n < 2) return Number.NaN;
  const mean = present.reduce((sum, cell) => sum + cell, 0) / n;
  let variance = 0;
  for (let lag = 0; lag <= Math.min(lags, n - 1); lag++) {
    let covariance = 0;
    for (let i = lag; i < n; i++) covariance += (present[i]! - mean) * (present[i - lag]! - mean);
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * (covariance / n);
  }
  return variance > 0 ? mean / Math.sqrt(variance / n) : Number.NaN;
}

/** @param strict whether one session without a value makes t, p, skew and kurtosis NaN, as alphalens' table has it */
export function summarise(series: ArrayLike<number>, horizon: number, strict = false): CoefficientSummary {
  const { mean, count } = meanOf(series);
  const std = stdOf(series);
  const lags = Math.max(1, horizon - 1);
  let [second, third, fourth, positive] = [0, 0, 0, 0];
  for (let i = 0; i < series.length; i++) {
    const cell = series[i]!;
    if (Number.isNaN(cell)) continue;
    const off = cell - mean;
    second += off * off;
    third += off ** 3;
    fourth += off ** 4;
    if (cell > 0) positive++;
  }
  const variance = second / count;
  const t = mean / (std / Math.sqrt(count));
  const told = !(strict && count < series.length);
  const orNaN = (value: number) => (told ? value : Number.NaN);
  return {
    mean,
    std,
    ratio: mean / std,
    tNeweyWest: tNeweyWest(series, lags),
    lags,
    t: orNaN(t),
    p: orNaN(twoSidedP(t, count - 1)),
    skew: orNaN(third / count / variance ** 1.5),
    kurtosis: orNaN(fourth / count / variance ** 2 - 3),
    positive: positive / count,
    sessions: count,
  };
}

/** Means by the first `length` characters of the sessions' texts: 7 for months, 4 for years. */
export function periodMeans(
  sessions: readonly string[],
  series: ArrayLike<number>,
  length: number,
): PeriodMean[] {
  const periods = new Map<string, { sum: number; sessions: number }>();
  for (const [i, session] of sessions.entries()) {
    const period = session.slice(0, length);
    const known = periods.get(period) ?? { sum: 0, sessions: 0 };
    periods.set(period, known);
    if (Number.isNaN(series[i]!)) continue;
    known.sum += series[i]!;
    known.sessions++;
  }
  return Array.from(periods, ([period, { sum, sessions: count }]) => ({
    period,
    mean: sum / count,
    sessions: count,
  }));
}
