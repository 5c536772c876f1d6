import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { TimeInput } from "../../time.js";
import type { ExchangeOptions } from "../exchange/exchange-options.js";
import { TIES, type Ties } from "../scores/rank-names.js";
import type { Spelling } from "../scores/score-book.js";
import type { StrategyOptions } from "../strategies/make-strategy.js";
import type { Timing } from "../timing/timing.js";
import type { BacktestState } from "./backtest.js";
import type { Benchmark } from "./benchmark.js";

/** Cash, and what is held at the start: adjusted shares, at their last close where no price is given. */
export interface InitialAccount {
  readonly cash: number;
  readonly positions: Readonly<Record<string, number | { readonly amount: number; readonly price: number }>>;
}

/** The account, strategy and exchange of a replay. */
export interface ReplayOptions {
  readonly strategy: StrategyOptions;
  readonly exchange?: ExchangeOptions | undefined;
  /** 100 million by default. */
  readonly account?: number | InitialAccount | undefined;
  /** `null`, the default, is SH000300, as in qlib. */
  readonly benchmark?: Benchmark | undefined;
  /** Both inclusive. By default from the first scores to the session before the last ones, as in qlib's PortAnaRecord. */
  readonly start?: TimeInput | undefined;
  readonly end?: TimeInput | undefined;
  /** The order of equal scores; `"numpy-scalar"` by default. @see Ties */
  readonly ties?: Ties | undefined;
  /** Whether names in the scores may be spelled otherwise than in the market; `"either"` by default. */
  readonly spelling?: Spelling | undefined;
  /** The column of the scores; the first by default. */
  readonly column?: string | undefined;
  /** `"cash"`: the money of a sale can be used from the next session on; by default at once. */
  readonly settle?: "cash" | undefined;
  /** `"parallel"` executes buys before sales; `"serial"` by default, as the strategy orders them. */
  readonly tradeType?: "serial" | "parallel" | undefined;
  /**
   * What the scores were trained on: a label in qlib's language, or its timing. One that begins or ends at another price
   * or session than orders fill at is refused. @see checkAgreement
   */
  readonly label?: string | Timing | undefined;
  /** Where an earlier run ended: this one begins with the session after it, unless `start` says later. Excludes `account`. */
  readonly after?: BacktestState | undefined;
}

const REPLAY_KEYS: RequestKeys<ReplayOptions> = {
  strategy: true,
  exchange: true,
  account: true,
  benchmark: true,
  start: true,
  end: true,
  ties: true,
  spelling: true,
  column: true,
  settle: true,
  tradeType: true,
  label: true,
  after: true,
};

/** @throws DataServiceError bad-request */
export function checkReplayOptions(options: ReplayOptions): void {
  checkKeys(options, REPLAY_KEYS, "replay");
  const { ties, settle, tradeType, account, after } = options;
  if (ties !== undefined) checkChoice(ties, TIES, "replay: ties");
  if (settle !== undefined) checkChoice(settle, ["cash"], "replay: settle");
  if (tradeType !== undefined) checkChoice(tradeType, ["serial", "parallel"], "replay: tradeType");
  if (after !== undefined && account !== undefined) {
    const problem = "replay: after brings the account of the earlier run; leave account out";
    throw new DataServiceError("bad-request", problem, { field: "account" });
  }
  const cash = typeof account === "object" ? account.cash : account;
  if (cash === undefined || (typeof cash === "number" && cash > 0 && Number.isFinite(cash))) return;
  throw new DataServiceError(
    "bad-request",
    `replay: the account begins with ${String(cash)}; give an amount above 0`,
    {
      field: "account",
    },
  );
}
