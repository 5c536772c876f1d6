import type { Blocked, Exchange, Side } from "../exchange/exchange.js";
import type { Book } from "../replay/book.js";
import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { Ties } from "../scores/rank-names.js";
import type { Signal } from "../scores/score-book.js";

/** What a strategy wants traded: adjusted shares of an instrument. */
export interface Order {
  readonly code: number;
  readonly side: Side;
  readonly amount: number;
  /** Whether a sale may be of more than is held. */
  readonly canShort?: boolean | undefined;
}

/** Why a strategy did not order what its rule calls for. */
export type Withheld = Blocked | "held-too-short" | "no-price";

/**
 * What qlib leaves to chance and decided a day's orders: equal scores, or the order in which Python walks a set; and what
 * it fails on, a halted holding that an order generator asks the day's price of.
 */
export type Choice = "equal-scores" | "held-order" | "halted-holding";

/** What a strategy decides on, and where it says what it could not do. */
export interface TradingDay {
  readonly session: number;
  /** Undefined on a day without scores. */
  readonly signal: Signal | undefined;
  readonly book: Book;
  readonly exchange: Exchange;
  readonly order: InstrumentOrder;
  readonly ties: Ties;
  /** That an instrument was to be traded and is not; `value` in money, where it is known. */
  withhold(code: number, side: Side, why: Withheld, value: number): void;
  /** That something qlib leaves open decided what is traded. */
  choose(choice: Choice, codes: readonly number[]): void;
}

/** Gives a day's orders; a new one for each run. */
export interface Strategy {
  decide(day: TradingDay): Order[];
  /** What it remembers from day to day, for a run that goes on; plain data. */
  memory?(): StrategyMemory;
}

/** Entry prices and amounts by instrument name, of strategies that remember them. */
export interface StrategyMemory {
  readonly entryPrices: Readonly<Record<string, number>>;
  readonly entryAmounts: Readonly<Record<string, number>>;
}
