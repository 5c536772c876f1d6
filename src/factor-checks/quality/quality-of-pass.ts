import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";
import { binCount } from "./binning.js";
import { distributionOf } from "./distribution.js";
import type { FactorPass } from "./factor-pass.js";
import { portfolioFigures } from "./portfolio-figures.js";
import type {
  Coverage,
  DecayStep,
  FactorQuality,
  InformationCoefficient,
  PortfolioReturns,
} from "./quality-figures.js";
import { quantileReturns, type Span, seriesOf, turnoverFigures } from "./quantile-figures.js";
import { meanOf, periodMeans, summarise } from "./summary.js";

/** The figures of a pass that has taken every session. */
export function qualityOfPass(
  pass: FactorPass,
  factor: Panel,
  column: string,
  market: Panel,
  groupNames: readonly string[],
): FactorQuality {
  const { plan, cells } = pass;
  const marketSessions = Array.from(market.index.datetimes, formatNs);
  const statistics = pass.statistics.figures();
  const isEmpty = pass.first < 0;
  const span: Span = {
    from: isEmpty ? 0 : pass.first,
    to: isEmpty ? 0 : pass.last + 1,
    bins: statistics.map(({ quantile }) => quantile),
    binCount: binCount(plan.binning),
  };
  const sessions = marketSessions.slice(span.from, span.to);
  const returns = quantileReturns(pass, span, groupNames);
  return {
    column,
    compat: plan.compat,
    horizons: plan.horizons,
    rows: {
      input: cells.rowCount,
      finite: cells.finite,
      withReturns: pass.withReturns,
      binned: pass.binned,
      sessionsWithoutBins: pass.sessionsWithoutBins,
    },
    sessions,
    ic: plan.horizons.map((horizon, h) => coefficientsOf(pass, span, sessions, horizon, h)),
    decay: plan.decay.map((horizon, h) => decayStep(pass, span, horizon, h)),
    quantileStatistics: statistics,
    quantileReturns: returns,
    portfolios: plan.horizons.flatMap((horizon, h): PortfolioReturns[] => {
      const market = seriesOf(pass.portfolio.market[h]!, span);
      const quantiles = returns[h]!.quantiles;
      const [bottom, top] = [quantiles[0]?.series ?? [], quantiles.at(-1)?.series ?? []];
      const spread = top.map((r, k) => r - bottom[k]!);
      return [
        portfolioFigures("quantiles", horizon, spread, market),
        portfolioFigures("factor", horizon, seriesOf(pass.portfolio.returns[h]!, span), market),
      ];
    }),
    turnover: turnoverFigures(pass, span),
    coverage: coverageFigures(pass.coverage, marketSessions),
    marketSessions,
    distribution: distributionOf(factor, column),
    exposures: pass.exposure.exposures(),
    neutral: pass.exposure.neutral(plan.horizons[0]!),
  };
}

function coefficientsOf(
  { ic: tally, plan }: FactorPass,
  span: Span,
  sessions: readonly string[],
  horizon: number,
  h: number,
): InformationCoefficient {
  const [series, rankSeries] = [seriesOf(tally.ic[h]!, span), seriesOf(tally.rankIc[h]!, span)];
  const strict = plan.compat === "alphalens";
  return {
    horizon,
    series,
    rankSeries,
    ic: summarise(series, horizon, strict),
    rankIc: summarise(rankSeries, horizon, strict),
    rankIcByMonth: periodMeans(sessions, rankSeries, 7),
    rankIcByYear: periodMeans(sessions, rankSeries, 4),
  };
}

function decayStep({ decay }: FactorPass, span: Span, horizon: number, h: number): DecayStep {
  const rankIc = meanOf(seriesOf(decay.rankIc[h]!, span));
  return {
    horizon,
    ic: meanOf(seriesOf(decay.ic[h]!, span)).mean,
    rankIc: rankIc.mean,
    sessions: rankIc.count,
  };
}

function coverageFigures(series: Float64Array, sessions: readonly string[]): Coverage {
  const covered = Array.from(series.keys()).filter((session) => series[session]! > 0);
  return {
    mean: meanOf(series).mean,
    first: sessions[covered[0] ?? -1],
    last: sessions[covered.at(-1) ?? -1],
    sessionsBelowHalf: series.reduce((count, share) => count + (share < 0.5 ? 1 : 0), 0),
    series: Array.from(series),
  };
}
