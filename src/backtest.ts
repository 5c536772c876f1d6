// Backtests that line up: `@aistock/data-service/backtest`.

// Prices and rules.

export type { Cut } from "./backtest/exchange/deal.js";
export type { Blocked, Side } from "./backtest/exchange/exchange.js";
export type { ExchangeOptions, VolumeLimit } from "./backtest/exchange/exchange-options.js";
export { type Grid, Market } from "./backtest/market/market.js";
export { type MarketOptions, marketOf } from "./backtest/market/market-of-panel.js";
export { openMarket } from "./backtest/market/open-market.js";

// Timing, declared once.

export { checkAgreement, timingOfLabel, timingOfReplay } from "./backtest/timing/agreement.js";
export {
  type AlignedSignals,
  type AlignOptions,
  alignSignals,
  type SignalBlock,
} from "./backtest/timing/align-signals.js";
export { forwardReturns } from "./backtest/timing/forward-returns.js";
export { type Board, boardOf, LIMIT_RULES, type LimitRule } from "./backtest/timing/limit-rules.js";
export type { TimingPreset } from "./backtest/timing/presets.js";
export type { BoardLimits, LimitOptions } from "./backtest/timing/price-limits.js";
export { type KnownAt, type Timing, type TimingOptions, timing } from "./backtest/timing/timing.js";

// qlib's daily backtest, replayed.

export { optionsOfPortAnalysis } from "./backtest/config/port-analysis.js";
export { readPortAnalysis } from "./backtest/config/read-port-analysis.js";
export type {
  Backtest,
  BacktestState,
  ChoiceDay,
  FilledOrder,
  IndicatorColumn,
  ReportColumn,
  UntradedOrder,
} from "./backtest/replay/backtest.js";
export type { Benchmark, ReturnSeries } from "./backtest/replay/benchmark.js";
export type { Holding } from "./backtest/replay/book.js";
export { DailyTable } from "./backtest/replay/daily-table.js";
export type { MissedTrade } from "./backtest/replay/missed-trades.js";
export { orderTable } from "./backtest/replay/order-table.js";
export { type Position, PositionHistory } from "./backtest/replay/position-history.js";
export { replay } from "./backtest/replay/replay.js";
export type { InitialAccount, ReplayOptions } from "./backtest/replay/replay-options.js";
export {
  type IndicatorFigures,
  type IndicatorWeights,
  indicatorAnalysis,
} from "./backtest/risk/indicator-analysis.js";
export {
  type LongShortColumn,
  type LongShortOptions,
  longShort,
  longShortPrecision,
  type PrecisionColumn,
  type PrecisionOptions,
} from "./backtest/risk/long-short.js";
export {
  type PortfolioRisk,
  portfolioRisk,
  type ReturnFrequency,
  type RiskFigures,
  type RiskOptions,
  riskAnalysis,
} from "./backtest/risk/risk-analysis.js";
export type { Ties } from "./backtest/scores/rank-names.js";
export type { Spelling } from "./backtest/scores/score-book.js";
export type { EnhancedTopkDropoutOptions } from "./backtest/strategies/enhanced-topk-dropout.js";
export type { LongShortStrategyOptions } from "./backtest/strategies/long-short.js";
export type { StrategyOptions } from "./backtest/strategies/make-strategy.js";
export type { SoftTopkOptions } from "./backtest/strategies/soft-topk.js";
export type { Choice, StrategyMemory, Withheld } from "./backtest/strategies/strategy.js";
export type { OrderGenerator } from "./backtest/strategies/target-orders.js";
export type { TopkDropoutOptions } from "./backtest/strategies/topk-dropout.js";
export type { EqualWeightOptions, GivenWeightsOptions } from "./backtest/strategies/weight-strategies.js";

// Something to look at.

export { type BacktestPageOptions, backtestPage } from "./backtest/page/backtest-page.js";
export type { Language } from "./report/page/bilingual.js";
export type { Html } from "./report/page/html.js";

// Two backtests beside one another.

export { type AccountMove, accountMoves } from "./backtest/reconcile/account-moves.js";
export { type CashBreach, cashIdentity } from "./backtest/reconcile/cash-identity.js";
export type { CauseKind, CauseOf, RunParts } from "./backtest/reconcile/cause.js";
export type { ColumnDifference, Parting, PositionDifference } from "./backtest/reconcile/compare-runs.js";
export { type Cause, type Reconciliation, reconcile } from "./backtest/reconcile/reconcile.js";
export {
  openRecorded,
  openReport,
  type Recorded,
  type RecordedPosition,
} from "./backtest/reconcile/recorded.js";
export { openQlibResult } from "./formats/qlib/result.js";
