import type { TimingOptions } from "./timing.js";

/** The names of known timings. */
export type TimingPreset =
  | "qlib-label"
  | "qlib-open"
  | "qlib-vwap"
  | "same-close"
  | "next-close"
  | "next-open"
  | "next-vwap"
  | "cheat-on-open"
  | "close-order"
  | "intraday"
  | "pipeline"
  | "alphalens";

interface Preset {
  readonly options: TimingOptions;
  /** Who means this. */
  readonly who: string;
}

const AFTER_CLOSE = { known: "close", delay: 1, hold: 1 } as const;

/** The conventions that people mean, by name. */
export const PRESETS: Readonly<Record<TimingPreset, Preset>> = {
  "qlib-label": {
    options: { ...AFTER_CLOSE, fill: "close" },
    who: "qlib's default label, Ref($close, -2)/Ref($close, -1) - 1, and its backtest with deal_price close",
  },
  "qlib-open": {
    options: { ...AFTER_CLOSE, fill: "open" },
    who: "qlib's label on $open, and its backtest with deal_price open",
  },
  "qlib-vwap": { options: { ...AFTER_CLOSE, fill: "vwap" }, who: "the same on $vwap" },
  "same-close": {
    options: { known: "close", fill: "close", delay: 0, hold: 1, cheat: true },
    who: "vectorbt's from_signals by default, backtrader's cheat-on-close",
  },
  "next-close": {
    options: { ...AFTER_CLOSE, fill: "close" },
    who: "zipline's daily orders, vectorbt's signals.fshift(1)",
  },
  "next-open": { options: { ...AFTER_CLOSE, fill: "open" }, who: "backtrader's market orders" },
  "next-vwap": {
    options: { ...AFTER_CLOSE, fill: "vwap" },
    who: "orders that are worked through the next day",
  },
  "cheat-on-open": {
    options: { known: "previous-close", fill: "open", delay: 0, hold: 1 },
    who: "backtrader's next_open: decided on the day before, sized on the day's open",
  },
  "close-order": { options: { ...AFTER_CLOSE, fill: "close" }, who: "backtrader's exectype Close" },
  intraday: {
    options: { known: "close", fill: "open", exit: "close", delay: 1, hold: 0 },
    who: "from open to close of the next session",
  },
  pipeline: {
    options: { known: "previous-close", fill: "open", delay: 0, hold: 1 },
    who: "zipline's pipeline: before the open, on data up to the day before",
  },
  alphalens: {
    options: { known: "close", fill: "close", delay: 0, hold: 1, cheat: true },
    who: "alphalens on closes that the caller did not shift: the rows of the prices are the calendar",
  },
};
