import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import type { Backtest } from "../replay/backtest.js";
import { pairwiseSum } from "../strategies/pairwise-sum.js";

/** How often returns are, which says how many make a year in qlib: 238 days, 50 weeks, 12 months, 57,120 minutes. */
export type ReturnFrequency = "day" | "week" | "month" | "minute";

/** Periods in a year, as qlib counts them (qlib.contrib.evaluate: risk_analysis). */
const PERIODS: Readonly<Record<ReturnFrequency, number>> = {
  day: 238,
  week: 50,
  month: 12,
  minute: 240 * 238,
};

/** How risk figures are annualised. */
export interface RiskOptions {
  /** Or periods in a year, such as 252; `"day"` by default. */
  readonly frequency?: ReturnFrequency | number | undefined;
  /** Whether returns are added up or compounded; `"sum"` by default, as in qlib. */
  readonly mode?: "sum" | "product" | undefined;
}

/** The figures of a series of returns. `mean` and `std` are those of one period. */
export interface RiskFigures {
  readonly mean: number;
  readonly std: number;
  readonly annualizedReturn: number;
  readonly informationRatio: number;
  /** Of the sum, or with `"product"` of the wealth, below its highest so far: 0 or less. */
  readonly maxDrawdown: number;
}

/**
 * qlib's `risk_analysis` (qlib.contrib.evaluate). NaN is left out, as pandas does; the standard deviation has ddof 1.
 * With `"product"`, the mean is geometric and the deviation that of log returns.
 * @throws DataServiceError bad-request
 */
export function riskAnalysis(returns: ArrayLike<number>, options: RiskOptions = {}): RiskFigures {
  const { frequency = "day", mode = "sum" } = options;
  checkChoice(mode, ["sum", "product"], "riskAnalysis: mode");
  const periods = periodsOf(frequency);
  const kept = Float64Array.from(Array.from(returns).filter((value) => !Number.isNaN(value)));
  return mode === "sum" ? summed(kept, periods) : compounded(kept, periods);
}

function periodsOf(frequency: ReturnFrequency | number): number {
  if (typeof frequency === "number") {
    if (frequency > 0) return frequency;
    throw new DataServiceError(
      "bad-request",
      `riskAnalysis: ${frequency} periods in a year; give more than 0`,
    );
  }
  checkChoice(frequency, Object.keys(PERIODS) as ReturnFrequency[], "riskAnalysis: frequency");
  return PERIODS[frequency];
}

function summed(returns: Float64Array, periods: number): RiskFigures {
  const mean = meanOf(returns);
  const std = deviation(returns);
  let [total, highest, least] = [0, Number.NEGATIVE_INFINITY, 0];
  for (const value of returns) {
    total += value;
    highest = Math.max(highest, total);
    least = Math.min(least, total - highest);
  }
  return {
    mean,
    std,
    annualizedReturn: mean * periods,
    informationRatio: (mean / std) * Math.sqrt(periods),
    maxDrawdown: returns.length === 0 ? Number.NaN : least,
  };
}

function compounded(returns: Float64Array, periods: number): RiskFigures {
  let [wealth, highest, least] = [1, Number.NEGATIVE_INFINITY, 0];
  for (const value of returns) {
    wealth *= 1 + value;
    highest = Math.max(highest, wealth);
    least = Math.min(least, wealth / highest - 1);
  }
  const mean = wealth ** (1 / returns.length) - 1;
  const std = deviation(returns.map((value) => Math.log(1 + value)));
  return {
    mean,
    std,
    annualizedReturn: wealth ** (periods / returns.length) - 1,
    informationRatio: (mean / std) * Math.sqrt(periods),
    maxDrawdown: returns.length === 0 ? Number.NaN : least,
  };
}

function meanOf(values: Float64Array): number {
  return pairwiseSum(values) / values.length;
}

/** With ddof 1; NaN of fewer than two. */
function deviation(values: Float64Array): number {
  if (values.length < 2) return Number.NaN;
  const mean = meanOf(values);
  const squares = values.map((value) => (value - mean) * (value - mean));
  return Math.sqrt(pairwiseSum(squares) / (values.length - 1));
}

/** The three series that qlib's PortAnaRecord reports. */
export interface PortfolioRisk {
  readonly benchmark: RiskFigures;
  /** The return before costs over the benchmark's. */
  readonly excessWithoutCost: RiskFigures;
  readonly excessWithCost: RiskFigures;
}

/** The risk of a backtest over its benchmark (qlib: PortAnaRecord), by the day. */
export function portfolioRisk(
  { report }: Pick<Backtest, "report">,
  options: RiskOptions = {},
): PortfolioRisk {
  const [returns, bench, cost] = [report.column("return"), report.column("bench"), report.column("cost")];
  return {
    benchmark: riskAnalysis(bench, options),
    excessWithoutCost: riskAnalysis(
      returns.map((value, i) => value - bench[i]!),
      options,
    ),
    excessWithCost: riskAnalysis(
      returns.map((value, i) => value - bench[i]! - cost[i]!),
      options,
    ),
  };
}
