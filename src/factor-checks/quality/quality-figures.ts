/**
 * One number for each session of `FactorQuality.sessions`; NaN where the session has none (null in JSON). A series that
 * cannot be told from its figures is given whole, so that it can be drawn.
 */
export type SessionSeries = readonly number[];

/** Whose definitions the figures follow; see docs/validation.md for where they differ. */
export type QualityCompat = "own" | "alphalens" | "qlib";

/** Mean and spread of a coefficient over the sessions that have it. NaN where there are too few sessions. */
export interface CoefficientSummary {
  readonly mean: number;
  /** ddof 1. */
  readonly std: number;
  /** mean / std, per session: not annualised. */
  readonly ratio: number;
  /** t of the mean against 0, its standard error by Newey and West (Bartlett weights). */
  readonly tNeweyWest: number;
  /** The lags that standard error takes in: horizon - 1, at least 1, for returns overlap. */
  readonly lags: number;
  /** t and two-sided p of the mean against 0, as if sessions were independent: scipy's `ttest_1samp`. */
  readonly t: number;
  readonly p: number;
  /** Biased, as scipy's `skew` and `kurtosis` (excess) have them. */
  readonly skew: number;
  readonly kurtosis: number;
  /** The share of sessions above 0. */
  readonly positive: number;
  /** How many sessions have a coefficient. */
  readonly sessions: number;
}

/** The mean over the sessions of a month (`2019-01`) or a year (`2019`) that have a value. */
export interface PeriodMean {
  readonly period: string;
  readonly mean: number;
  readonly sessions: number;
}

/** How the factor goes together with the returns that follow, for one horizon. */
export interface InformationCoefficient {
  /** Sessions ahead. */
  readonly horizon: number;
  /** Pearson's correlation over the instruments of each session. */
  readonly series: SessionSeries;
  /** Spearman's: Pearson's of average ranks. */
  readonly rankSeries: SessionSeries;
  readonly ic: CoefficientSummary;
  readonly rankIc: CoefficientSummary;
  readonly rankIcByMonth: readonly PeriodMean[];
  readonly rankIcByYear: readonly PeriodMean[];
}

/** Means of one coefficient by horizon, each on its own rows. */
export interface DecayStep {
  readonly horizon: number;
  readonly ic: number;
  readonly rankIc: number;
  readonly sessions: number;
}

/** The returns that followed one quantile of the factor; quantile 1 holds the smallest values. */
export interface QuantileReturn {
  readonly quantile: number;
  /** Mean over sessions of the session's mean return over `horizon` sessions, less the session's mean unless long-only. */
  readonly mean: number;
  /** Its standard error: std of the session means (ddof 1) / √sessions. */
  readonly stdError: number;
  /** `mean` as a rate per shortest horizon: (1 + mean)^(base / horizon) - 1. */
  readonly rate: number;
  /** Cells in the quantile. */
  readonly cells: number;
  /** The sessions' mean returns. */
  readonly series: SessionSeries;
  /** Π(1 + r) of the sessions' mean returns; only for a horizon of 1, else empty. */
  readonly cumulative: SessionSeries;
}

/** Largest quantile against smallest. */
export interface QuantileSpread {
  /** Mean over sessions, in rates per shortest horizon. */
  readonly mean: number;
  readonly std: number;
  readonly tNeweyWest: number;
  readonly series: SessionSeries;
  /** The standard error of each session's spread. */
  readonly stdErrors: SessionSeries;
}

/** Mean returns of the quantiles of a factor. */
export interface QuantileReturns {
  readonly horizon: number;
  readonly quantiles: readonly QuantileReturn[];
  readonly spread: QuantileSpread;
  /** By group, where groups were given; `group` as in the caller's column. */
  readonly byGroup: readonly GroupReturns[];
}

/** A factor within one group of instruments. */
export interface GroupReturns {
  readonly group: string;
  /** Mean rank IC within the group. */
  readonly rankIc: number;
  readonly quantiles: readonly Pick<QuantileReturn, "quantile" | "mean" | "stdError">[];
}

/** A portfolio that is long the top and short the bottom (or weighted by the factor), held for the horizon. */
export interface PortfolioReturns {
  readonly horizon: number;
  /** "quantiles": top less bottom quantile, each equally weighted; "factor": weights by the factor's value. */
  readonly weights: "quantiles" | "factor";
  readonly series: SessionSeries;
  /** Π(1 + r); only for a horizon of 1, else empty, since held portfolios overlap. */
  readonly cumulative: SessionSeries;
  /** (cumulative / its running maximum, which starts at 1) - 1; empty as `cumulative`. */
  readonly drawdown: SessionSeries;
  readonly maxDrawdown: number;
  /** Geometric, 252 sessions a year. */
  readonly annualReturn: number;
  /** mean / std · √(252 / horizon). */
  readonly sharpe: number;
  /** Ordinary least squares on the mean return of the session's rows; alpha a year. */
  readonly annualAlpha: number;
  readonly beta: number;
}

/** The share of a quantile that was not in it `lag` sessions before. */
export interface Turnover {
  readonly lag: number;
  /** Means over sessions, quantile 1 first. */
  readonly byQuantile: readonly number[];
  readonly bottom: SessionSeries;
  readonly top: SessionSeries;
  /** Correlation of the ranks with those `lag` sessions before, over the instruments of both. */
  readonly rankAutocorrelation: number;
  readonly rankAutocorrelationSeries: SessionSeries;
}

/** The cells in one quantile. */
export interface QuantileStatistics {
  readonly quantile: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly count: number;
  /** Of all cells with a quantile; 0 to 1. */
  readonly share: number;
}

/** Finite cells on market rows / market rows. */
export interface Coverage {
  readonly mean: number;
  /** First and last session with a finite cell, as text. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly sessionsBelowHalf: number;
  /** By session of the market, from its first to its last; `marketSessions` names them. */
  readonly series: readonly number[];
}

/** How a factor's cells are distributed. */
export interface Distribution {
  readonly count: number;
  readonly infinite: number;
  readonly mean: number;
  /** ddof 1; skew and excess kurtosis are biased, as scipy's. */
  readonly std: number;
  readonly skew: number;
  readonly kurtosis: number;
  /** At 0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 and 1, between cells linearly. */
  readonly quantiles: readonly { readonly at: number; readonly value: number }[];
  readonly distinct: number;
  /** Cells between the 0.5% and 99.5% quantiles in equal steps; the tails count into the end bins. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** The same figures by quarter, and how far each is from the whole. */
  readonly drift: readonly DistributionDrift[];
  /** 1 where all sessions count; else every so many-th, of more than four million cells. */
  readonly sampledEvery: number;
}

/** How a factor is distributed in one quarter. */
export interface DistributionDrift {
  /** `2019Q1`. */
  readonly period: string;
  readonly mean: number;
  readonly std: number;
  /** Population stability index against the whole, over its deciles; above 0.25 is a shift. */
  readonly stability: number;
}

/** What the factor is made of besides itself. Correlations are means over sessions of Spearman's. */
export interface Exposure {
  readonly name: string;
  readonly correlation: number;
  readonly sessions: number;
}

/** The rank IC of what is left after taking exposures out. */
export interface NeutralIc {
  /** `size`, `industry`, `size+industry`. */
  readonly against: string;
  readonly horizon: number;
  readonly rankIc: CoefficientSummary;
}

/** Where the cells went, from the factor's rows to those with a quantile. */
export interface RowAccount {
  /** The factor's rows. */
  readonly input: number;
  readonly finite: number;
  /** Finite cells beside a return of at least one horizon ("own") or of all ("alphalens"). */
  readonly withReturns: number;
  /** Of these, with a quantile. */
  readonly binned: number;
  /** Sessions in which no cell has a quantile because edges are equal. */
  readonly sessionsWithoutBins: number;
}

/** Everything known about one column of a factor as a predictor. */
export interface FactorQuality {
  readonly column: string;
  readonly compat: QualityCompat;
  readonly horizons: readonly number[];
  readonly rows: RowAccount;
  /** The sessions of all series, as text: from the first to the last with a cell that counts. */
  readonly sessions: readonly string[];
  /** One entry a horizon, as all that follow. */
  readonly ic: readonly InformationCoefficient[];
  readonly decay: readonly DecayStep[];
  readonly quantileStatistics: readonly QuantileStatistics[];
  readonly quantileReturns: readonly QuantileReturns[];
  /** Top less bottom quantile, then weighted by the factor. */
  readonly portfolios: readonly PortfolioReturns[];
  readonly turnover: readonly Turnover[];
  readonly coverage: Coverage;
  readonly marketSessions: readonly string[];
  readonly distribution: Distribution;
  readonly exposures: readonly Exposure[];
  readonly neutral: readonly NeutralIc[];
}
