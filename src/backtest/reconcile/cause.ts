import type { Panel } from "../../panel/panel.js";
import type { Market } from "../market/market.js";
import type { ReplayOptions } from "../replay/replay-options.js";

/** What makes two backtests differ. */
export type CauseKind =
  | "none"
  | "spelling"
  | "signal-shift"
  | "score-value"
  | "limit-rule"
  | "deal-price"
  | "cost"
  | "trade-unit"
  | "price-restated"
  | "readjusted"
  | "suspended-row"
  | "benchmark"
  | "calendar"
  | "initial-cash"
  | "parameter"
  | "unknown";

/** A cause by name, as far as it has these. Parameters are named as in qlib. */
export interface CauseOf {
  readonly kind: CauseKind;
  readonly parameter?: string | undefined;
  /** What our run has, and what the recorded one must have had. */
  readonly ours?: unknown;
  readonly recorded?: unknown;
  readonly instrument?: string | undefined;
  /** The day of the price, the score or the session; of a price, `until` the last one it was changed on. */
  readonly datetime?: bigint | undefined;
  readonly until?: bigint | undefined;
  readonly field?: string | undefined;
  /** The recorded price, over ours. */
  readonly ratio?: number | undefined;
  /** The same in words. */
  readonly sentence: string;
}

/** What a backtest is made of. */
export interface RunParts {
  readonly scores: Panel;
  readonly market: Market;
  readonly options: ReplayOptions;
}

/** One thing changed, and what it would mean if it makes our run the recorded one. */
export interface Change extends CauseOf {
  apply(parts: RunParts): RunParts;
}
