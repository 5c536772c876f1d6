import type { Cut } from "../exchange/deal.js";
import type { Side } from "../exchange/exchange.js";
import type { Choice, StrategyMemory, Withheld } from "../strategies/strategy.js";
import type { DailyTable } from "./daily-table.js";
import type { MissedTrade } from "./missed-trades.js";
import type { PositionHistory } from "./position-history.js";

/**
 * The columns of qlib's daily report. `return` is of the account before the day's costs, `account` after them; both
 * of the day's start: `turnover` and `cost` are shares of the account the day before.
 */
export type ReportColumn =
  | "account"
  | "return"
  | "total_turnover"
  | "turnover"
  | "total_cost"
  | "cost"
  | "value"
  | "cash"
  | "bench";

/** The columns of qlib's trade indicators (qlib.backtest.report: Indicator), for the daily executor. */
export type IndicatorColumn = "ffr" | "pa" | "pos" | "deal_amount" | "value" | "count";

/** An order and what came of it. Amounts are adjusted shares: real shares divided by the factor. */
export interface FilledOrder {
  /** Epoch nanoseconds. */
  readonly datetime: bigint;
  readonly instrument: string;
  readonly side: Side;
  readonly amount: number;
  readonly dealAmount: number;
  /** NaN, like the factor, where nothing could be traded. */
  readonly price: number;
  /** In money; so is the cost. */
  readonly value: number;
  readonly cost: number;
  readonly factor: number;
  /** Why less than `amount` was dealt, where it was. */
  readonly cut?: Cut | undefined;
}

/** Something that the strategy's rule calls for and that was not ordered. */
export interface UntradedOrder {
  readonly datetime: bigint;
  readonly instrument: string;
  readonly side: Side;
  readonly why: Withheld;
  /** The money it was about; NaN where it is not known. */
  readonly value: number;
}

/** A day whose trades were decided by what qlib leaves open. */
export interface ChoiceDay {
  readonly datetime: bigint;
  readonly choice: Choice;
  /** The instruments between which it decided. */
  readonly instruments: readonly string[];
}

/** Where a run stands after its last session: plain data, which another run takes up with `after`. */
export interface BacktestState {
  /** The last session, epoch nanoseconds. */
  readonly datetime: bigint;
  readonly cash: number;
  readonly account: number;
  readonly totalTurnover: number;
  readonly totalCost: number;
  /** In the order in which they were bought. */
  readonly holdings: readonly {
    readonly instrument: string;
    readonly amount: number;
    readonly price: number;
    readonly weight: number;
    readonly days: number;
  }[];
  /** Whether amounts are not rounded to lots since a factor was missing. */
  readonly adjusted: boolean;
  readonly memory?: StrategyMemory | undefined;
}

/** A finished replay. */
export interface Backtest {
  /** One row a session. */
  readonly report: DailyTable<ReportColumn>;
  readonly indicators: DailyTable<IndicatorColumn>;
  readonly positions: PositionHistory;
  /** In the order in which they were executed. */
  readonly orders: readonly FilledOrder[];
  readonly untraded: readonly UntradedOrder[];
  /** Both what was withheld and what was cut, with what that cost. */
  readonly missed: readonly MissedTrade[];
  readonly choices: readonly ChoiceDay[];
  /** What was done that the caller may not expect, one sentence each. */
  readonly notes: readonly string[];
  readonly state: BacktestState;
}
