import { Column } from "../../columns/column.js";
import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { onlyPanel } from "../../panel/only-panels.js";
import { Panel } from "../../panel/panel.js";
import { NAT_NS } from "../../time.js";
import type { Side } from "../exchange/exchange.js";
import type { Grid, Market } from "../market/market.js";
import { type IsAtLimit, type LimitOptions, priceLimits } from "./price-limits.js";
import type { Timing } from "./timing.js";

/** Why a signal cannot be filled, or a fill not left. */
export type SignalBlock =
  | "unknown"
  | "no-session"
  | "not-listed"
  | "delisted"
  | "suspended"
  | "no-price"
  | "no-volume"
  | "limit-up"
  | "limit-down";

/** How signals are laid on the sessions of a market. */
export interface AlignOptions {
  readonly timing: Timing;
  /** `"boards"` by default. */
  readonly limits?: LimitOptions | undefined;
  /** The column of the scores; the first by default. */
  readonly column?: string | undefined;
}

const ALIGN_KEYS: RequestKeys<AlignOptions> = { timing: true, limits: true, column: true };

/** Signals beside what would come of them. */
export interface AlignedSignals {
  /**
   * The scores' rows with `score`, `fill_session`, `fill_price`, `exit_session`, `exit_price` (as the market has them),
   * `return` (float32 as qlib's label, NaN where a price is missing), `can_trade`, and why not: `fill_block`, `exit_block`.
   */
  readonly panel: Panel;
  readonly ledger: {
    readonly rows: number;
    readonly tradable: number;
    /** How many rows each reason keeps from being filled, or from being left when they should be. */
    readonly fillBlocks: Readonly<Partial<Record<SignalBlock, number>>>;
    readonly exitBlocks: Readonly<Partial<Record<SignalBlock, number>>>;
  };
}

/**
 * For each score when and at what price it is filled and left, what it returns, and whether it could be traded and why
 * not. Instruments may be spelled otherwise than in the market.
 * @throws DataServiceError bad-request, unknown-field (the fill's price, $change of a threshold), bad-expression
 */
export function alignSignals(scores: Panel, market: Market, options: AlignOptions): AlignedSignals {
  onlyPanel(scores, "alignSignals: scores");
  checkKeys(options, ALIGN_KEYS, "alignSignals");
  const { timing, limits = "boards", column } = options;
  const name = column ?? scores.columnNames[0];
  if (name === undefined || scores.rowCount === 0) {
    throw new DataServiceError(
      "bad-request",
      `alignSignals: ${scores.label} has no ${name ? "rows" : "columns"}`,
    );
  }
  const sides = {
    buy: new Leg(market, "buy", timing.entry, priceLimits(market, limits)),
    sell: new Leg(market, "sell", timing.exit, priceLimits(market, limits)),
  };
  const codes = scores.index.instruments.map((instrument) => market.positionOf(instrument));
  const count = scores.rowCount;
  const [fills, exits] = [new LegColumns(count), new LegColumns(count)];
  const returns = new Float32Array(count);
  const canTrade = new Uint8Array(count);
  for (let s = 0; s < scores.index.sessionCount; s++) {
    // Of a date that is no session, the session before it is meant, which a score of it would be traded after.
    const session = market.sessionAtOrBefore(scores.index.datetimes[s]!);
    const [first, last] = [scores.index.startOf(s), scores.index.startOf(s + 1)];
    for (const [i, own] of scores.index.codesOf(first, last).entries()) {
      const [fill, exit] = [sides.buy.at(codes[own]!, session), sides.sell.at(codes[own]!, session)];
      fills.put(first + i, fill);
      exits.put(first + i, exit);
      returns[first + i] = Math.fround(Math.fround(exit.price) / Math.fround(fill.price)) - 1;
      canTrade[first + i] = fill.block === undefined ? 1 : 0;
    }
  }
  const columns = new Map<string, Column>([
    ["score", scores.column(name)],
    ["fill_session", Column.of("datetime", fills.sessions)],
    ["fill_price", Column.of("float64", fills.prices)],
    ["exit_session", Column.of("datetime", exits.sessions)],
    ["exit_price", Column.of("float64", exits.prices)],
    ["return", Column.of("float32", returns)],
    ["can_trade", Column.of("bool", canTrade)],
    ["fill_block", Column.of("string", fills.blocks)],
    ["exit_block", Column.of("string", exits.blocks)],
  ]);
  return {
    panel: new Panel(scores.index, columns, { source: scores.label }),
    ledger: {
      rows: count,
      tradable: canTrade.reduce((sum, can) => sum + can, 0),
      fillBlocks: countsOf(fills.blocks),
      exitBlocks: countsOf(exits.blocks),
    },
  };
}

interface Trade {
  /** Epoch nanoseconds; NaT where there is no such session. */
  readonly ns: bigint;
  readonly price: number;
  readonly block: SignalBlock | undefined;
}

/** One side of a signal: the session, the price, and what keeps it from being traded. */
class Leg {
  readonly #market: Market;
  readonly #side: Side;
  readonly #offset: number;
  readonly #price: Grid;
  readonly #close: Grid;
  readonly #volume: Grid | undefined;
  readonly #isAtLimit: IsAtLimit;

  constructor(market: Market, side: Side, when: Timing["entry"], isAtLimit: IsAtLimit) {
    this.#market = market;
    this.#side = side;
    this.#offset = when.session;
    this.#price = market.field(when.field);
    this.#close = market.field("$close");
    this.#volume = market.find("$volume");
    this.#isAtLimit = isAtLimit;
  }

  at(code: number, dated: number): Trade {
    const market = this.#market;
    const session = dated + this.#offset;
    if (dated < 0 || session >= market.sessionCount)
      return { ns: NAT_NS, price: Number.NaN, block: "no-session" };
    const ns = market.datetimes[session]!;
    if (code < 0) return { ns, price: Number.NaN, block: "unknown" };
    const at = session * market.instruments.length + code;
    const price = this.#price[at]!;
    return { ns, price, block: this.#blockOf(code, session, at, price) };
  }

  #blockOf(code: number, session: number, at: number, price: number): SignalBlock | undefined {
    const { firstBar, endBar } = this.#market;
    if (session < firstBar[code]! || endBar[code] === 0) return "not-listed";
    if (session >= endBar[code]!) return "delisted";
    if (Number.isNaN(this.#close[at]!)) return "suspended";
    if (!(price > 0)) return "no-price";
    if (this.#volume?.[at] === 0) return "no-volume";
    if (!this.#isAtLimit(code, session, this.#side, price)) return undefined;
    return this.#side === "buy" ? "limit-up" : "limit-down";
  }
}

class LegColumns {
  readonly sessions: BigInt64Array;
  readonly prices: Float64Array;
  readonly blocks: (SignalBlock | null)[];

  constructor(count: number) {
    this.sessions = new BigInt64Array(count);
    this.prices = new Float64Array(count);
    this.blocks = new Array(count).fill(null);
  }

  put(row: number, { ns, price, block }: Trade): void {
    this.sessions[row] = ns;
    this.prices[row] = price;
    if (block !== undefined) this.blocks[row] = block;
  }
}

function countsOf(blocks: readonly (SignalBlock | null)[]): Partial<Record<SignalBlock, number>> {
  const counts: Partial<Record<SignalBlock, number>> = {};
  for (const block of blocks) if (block !== null) counts[block] = (counts[block] ?? 0) + 1;
  return counts;
}
