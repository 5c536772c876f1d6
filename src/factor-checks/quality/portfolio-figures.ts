import type { PortfolioReturns } from "./quality-figures.js";
import { meanOf, stdOf } from "./summary.js";

/** Sessions a year, as alphalens and empyrical count them. */
export const SESSIONS_A_YEAR = 252;

/** A portfolio's figures from its returns by session. @param market the plain mean return of each session's rows */
export function portfolioFigures(
  weights: PortfolioReturns["weights"],
  horizon: number,
  series: readonly number[],
  market: readonly number[],
): PortfolioReturns {
  const cumulative = horizon === 1 ? cumulativeOf(series) : [];
  const drawdown = drawdownOf(cumulative);
  const { mean, count } = meanOf(series);
  const { alpha, beta } = leastSquares(market, series);
  const years = count / SESSIONS_A_YEAR;
  return {
    horizon,
    weights,
    series,
    cumulative,
    drawdown,
    maxDrawdown: drawdown.length > 0 ? Math.min(0, ...drawdown) : Number.NaN,
    annualReturn:
      cumulative.length > 0
        ? cumulative.at(-1)! ** (1 / years) - 1
        : (1 + mean) ** (SESSIONS_A_YEAR / horizon) - 1,
    sharpe: (mean / stdOf(series)) * Math.sqrt(SESSIONS_A_YEAR / horizon),
    annualAlpha: (1 + alpha) ** (SESSIONS_A_YEAR / horizon) - 1,
    beta,
  };
}

/** Π(1 + r), a session without a return counting as 0: alphalens' `cumulative_returns`. */
export function cumulativeOf(series: readonly number[]): number[] {
  let product = 1;
  return series.map((r) => {
    product *= Number.isNaN(r) ? 1 : 1 + r;
    return product;
  });
}

function drawdownOf(cumulative: readonly number[]): number[] {
  let peak = 1;
  return cumulative.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** y = alpha + beta·x over the pairs without a NaN; NaN where x is constant. */
function leastSquares(x: readonly number[], y: readonly number[]): { alpha: number; beta: number } {
  const has = x.map((value, k) => !Number.isNaN(value) && !Number.isNaN(y[k]!));
  const [xs, ys] = [x.filter((_, k) => has[k]), y.filter((_, k) => has[k])];
  const [xMean, yMean] = [meanOf(xs).mean, meanOf(ys).mean];
  let [xx, xy] = [0, 0];
  for (const [k, value] of xs.entries()) {
    xx += (value - xMean) ** 2;
    xy += (value - xMean) * (ys[k]! - yMean);
  }
  const beta = xx > 0 ? xy / xx : Number.NaN;
  return { alpha: yMean - beta * xMean, beta };
}
