import type { FactorPass } from "./factor-pass.js";
import { cumulativeOf } from "./portfolio-figures.js";
import type {
  GroupReturns,
  QuantileReturn,
  QuantileReturns,
  QuantileSpread,
  Turnover,
} from "./quality-figures.js";
import { meanOf, stdOf, tNeweyWest } from "./summary.js";

/** The part of a pass that series cover, and the numbers of its bins. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Bins that have a cell in some session, ascending. */
  readonly bins: readonly number[];
  /** How many there could be. */
  readonly binCount: number;
}

export function seriesOf(cells: Float64Array, { from, to }: Span): number[] {
  return Array.from(cells.subarray(from, to));
}

function binSeries(cells: Float64Array, { from, to, binCount }: Span, bin: number): number[] {
  return Array.from({ length: to - from }, (_, k) => cells[(from + k) * binCount + bin - 1]!);
}

/** Mean returns by bin, for each horizon: alphalens' `mean_return_by_quantile` and `compute_mean_returns_spread`. */
export function quantileReturns(
  pass: FactorPass,
  span: Span,
  groupNames: readonly string[],
): QuantileReturns[] {
  const { horizons } = pass.plan;
  const base = horizons[0]!;
  const counts = new Map(pass.statistics.figures().map(({ quantile, count }) => [quantile, count]));
  return horizons.map((horizon, h) => {
    const rate = (r: number) => (1 + r) ** (base / horizon) - 1;
    const quantiles = span.bins.map((quantile): QuantileReturn => {
      const series = binSeries(pass.quantiles.means[h]!, span, quantile);
      const { mean, stdError } = meanAndError(series);
      return {
        quantile,
        mean,
        stdError,
        rate: rate(mean),
        cells: counts.get(quantile) ?? 0,
        series,
        cumulative: horizon === 1 ? cumulativeOf(series) : [],
      };
    });
    const errors = (quantile: number) =>
      binSeries(pass.quantiles.errors[h]!, span, quantile).map((error) => error / Math.sqrt(horizon / base));
    const spread = spreadOf(quantiles, rate, horizon, errors);
    return { horizon, quantiles, spread, byGroup: groupReturns(pass, span, h, groupNames) };
  });
}

function meanAndError(series: readonly number[]): { mean: number; stdError: number } {
  const { mean, count } = meanOf(series);
  return { mean, stdError: stdOf(series) / Math.sqrt(count) };
}

function spreadOf(
  quantiles: readonly QuantileReturn[],
  rate: (r: number) => number,
  horizon: number,
  errors: (quantile: number) => number[],
): QuantileSpread {
  const [bottom, top] = [quantiles[0], quantiles.at(-1)];
  if (!bottom || !top)
    return { mean: Number.NaN, std: Number.NaN, tNeweyWest: Number.NaN, series: [], stdErrors: [] };
  const series = top.series.map((r, k) => rate(r) - rate(bottom.series[k]!));
  const [topErrors, bottomErrors] = [errors(top.quantile), errors(bottom.quantile)];
  return {
    mean: meanOf(series).mean,
    std: stdOf(series),
    tNeweyWest: tNeweyWest(series, Math.max(1, horizon - 1)),
    series,
    stdErrors: topErrors.map((error, k) => Math.sqrt(error ** 2 + bottomErrors[k]! ** 2)),
  };
}

function groupReturns(
  { quantiles, ic }: FactorPass,
  span: Span,
  h: number,
  names: readonly string[],
): GroupReturns[] {
  const cells = quantiles.groupMeans[h]!;
  const series = (group: number, bin: number) =>
    Array.from({ length: span.to - span.from }, (_, k) => {
      return cells[((span.from + k) * names.length + group) * span.binCount + bin - 1]!;
    });
  return names.map((name, group) => ({
    group: name,
    rankIc: meanOf(ic.byGroup[group]![h]!).mean,
    quantiles: span.bins.map((quantile) => ({ quantile, ...meanAndError(series(group, quantile)) })),
  }));
}

/** Turnover by bin and rank autocorrelation, for each lag. */
export function turnoverFigures({ turnover }: FactorPass, span: Span): Turnover[] {
  const [bottom, top] = [span.bins[0], span.bins.at(-1)];
  return turnover.lags.map((lag, k) => {
    const byBin = (bin: number | undefined) =>
      bin === undefined ? [] : binSeries(turnover.turnover[k]!, span, bin);
    const rankAutocorrelationSeries = seriesOf(turnover.autocorrelation[k]!, span);
    return {
      lag,
      byQuantile: span.bins.map((bin) => meanOf(byBin(bin)).mean),
      bottom: byBin(bottom),
      top: byBin(top),
      rankAutocorrelation: meanOf(rankAutocorrelationSeries).mean,
      rankAutocorrelationSeries,
    };
  });
}
