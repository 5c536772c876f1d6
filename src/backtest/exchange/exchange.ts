import type { Grid, Market } from "../market/market.js";
import type { ExchangeRules, VolumeLimit } from "./exchange-options.js";
import { floorDivide } from "./floor-divide.js";
import { membersOf, type Spans } from "./members.js";

/** Whether an order buys or sells. */
export type Side = "buy" | "sell";

/** Why an order cannot be filled. `suspended`: a bar without a close, or none between two bars. */
export type Blocked =
  | "unknown"
  | "not-listed"
  | "delisted"
  | "not-member"
  | "suspended"
  | "limit-up"
  | "limit-down";

/** qlib takes a price up to this for none. */
const NO_PRICE = 1e-8;

/** A volume limit with its expression computed. */
interface VolumeBound {
  readonly kind: VolumeLimit[0];
  readonly grid: Grid;
}

/**
 * What can be traded when, at which price and in which amounts: qlib's `Exchange` over the sessions [first, last] of a
 * market. Instruments are positions in `market.instruments`; higher ones are names that the market does not have. Amounts
 * are adjusted shares: real shares divided by the factor.
 */
export class Exchange {
  readonly market: Market;
  readonly rules: ExchangeRules;
  /** What the caller should know: rules that do not apply, and why. */
  readonly notes: string[] = [];
  /** Whether amounts are not rounded to lots, because a factor is missing somewhere (qlib: trade_w_adj_price). */
  readonly adjusted: boolean;
  readonly #width: number;
  readonly #close: Grid;
  readonly #prices: Readonly<Record<Side, Grid>>;
  readonly #factor: Grid | undefined;
  readonly #volume: Grid | undefined;
  readonly #change: Grid | undefined;
  readonly #conditions: Readonly<Record<Side, Grid>> | undefined;
  readonly #threshold: number;
  readonly #bounds: Readonly<Record<Side, readonly VolumeBound[]>>;
  readonly #spans: Spans | undefined;
  readonly #first: number;

  /** @param adjusted of an earlier part of the same run, that its sessions had a missing factor */
  constructor(market: Market, rules: ExchangeRules, first: number, last: number, adjusted = false) {
    this.market = market;
    this.rules = rules;
    this.#width = market.instruments.length;
    this.#first = first;
    this.#close = market.field("$close");
    this.#factor = market.find("$factor");
    this.#volume = market.find("$volume");
    this.#change = market.find("$change");
    this.#spans = membersOf(market, rules.codes, this.notes);
    this.#prices = { buy: this.#priceGrid(rules.buyPrice), sell: this.#priceGrid(rules.sellPrice) };
    const { limits } = rules;
    this.#threshold = typeof limits === "number" ? Math.fround(limits) : Number.NaN;
    this.#conditions =
      typeof limits === "number"
        ? undefined
        : { buy: market.evaluate(limits[0]), sell: market.evaluate(limits[1]) };
    this.#bounds = { buy: this.#boundsOf(rules.buyVolume), sell: this.#boundsOf(rules.sellVolume) };
    this.adjusted = adjusted || this.#lacksFactor(first, last);
    this.#tell();
  }

  /** Whether there is nothing to trade that day: no bar, or no close. */
  suspended(code: number, session: number): boolean {
    return !this.#listed(code, session) || Number.isNaN(this.#close[session * this.#width + code]!);
  }

  /** Why an order of a side, or with none given of either, does not fill; undefined where it does. */
  blocked(code: number, session: number, side?: Side): Blocked | undefined {
    if (this.suspended(code, session)) return this.#absence(code, session);
    if (side !== "sell" && this.#limited(code, session, "buy")) return "limit-up";
    if (side !== "buy" && this.#limited(code, session, "sell")) return "limit-down";
    return undefined;
  }

  tradable(code: number, session: number, side?: Side): boolean {
    return !this.suspended(code, session) && !this.#anyLimit(code, session, side);
  }

  /** The close; NaN without one. */
  close(code: number, session: number): number {
    return this.#listed(code, session) ? this.#close[session * this.#width + code]! : Number.NaN;
  }

  /** The price a side fills at, the close where it is missing or 0; NaN where there is neither. */
  price(code: number, session: number, side: Side): number {
    if (!this.#listed(code, session)) return Number.NaN;
    const price = this.#prices[side][session * this.#width + code]!;
    return price > NO_PRICE ? price : this.#close[session * this.#width + code]!;
  }

  factor(code: number, session: number): number {
    return this.#factor?.[session * this.#width + code] ?? Number.NaN;
  }

  volume(code: number, session: number): number {
    return this.#volume?.[session * this.#width + code] ?? Number.NaN;
  }

  change(code: number, session: number): number {
    return this.#change?.[session * this.#width + code] ?? Number.NaN;
  }

  /** An amount cut to whole lots of real shares (qlib: Exchange.round_amount_by_trade_unit). */
  round(amount: number, factor: number): number {
    const { tradeUnit } = this.rules;
    if (this.adjusted || tradeUnit === null) return amount;
    return (floorDivide(amount * factor + 0.1, tradeUnit) * tradeUnit) / factor;
  }

  /** An amount cut to the side's volume limits, given what has been dealt in the instrument that day. */
  clip(code: number, session: number, side: Side, amount: number, dealt: number): number {
    const bounds = this.#bounds[side];
    if (bounds.length === 0) return amount;
    const left = bounds.map(({ kind, grid }) => {
      const volume = grid[session * this.#width + code]!;
      return kind === "current" ? volume : volume - dealt;
    });
    return pythonMax(pythonMin(left.reduce(pythonMin), amount), 0);
  }

  /** Whether a bar lies inside the run, the list's spans, and the instrument's first and last bar. */
  #listed(code: number, session: number): boolean {
    if (code >= this.#width || session < this.#first) return false;
    const { firstBar, endBar } = this.market;
    if (session < firstBar[code]! || session >= endBar[code]!) return false;
    return this.#spans === undefined || this.#spans.has(code, session);
  }

  #absence(code: number, session: number): Blocked {
    if (code >= this.#width) return "unknown";
    const { firstBar, endBar } = this.market;
    if (session < firstBar[code]! || endBar[code] === 0) return "not-listed";
    if (session >= endBar[code]!) return "delisted";
    return this.#listed(code, session) ? "suspended" : "not-member";
  }

  #limited(code: number, session: number, side: Side): boolean {
    const at = session * this.#width + code;
    if (this.#conditions) return this.#conditions[side][at] !== 0; // a NaN is true, as in Python
    if (!this.#change) return false;
    const change = Math.fround(this.#change[at]!);
    return side === "buy" ? change >= this.#threshold : change <= -this.#threshold;
  }

  #anyLimit(code: number, session: number, side: Side | undefined): boolean {
    if (side !== undefined) return this.#limited(code, session, side);
    return this.#limited(code, session, "buy") || this.#limited(code, session, "sell");
  }

  /** A field as it is; where the market has none of that name, the close, as in qlib; any other expression computed. */
  #priceGrid(text: string): Grid {
    if (!/^\$\w+$/.test(text)) return this.market.evaluate(text);
    const grid = this.market.find(text);
    if (grid) return grid;
    this.notes.push(`${this.market.label} has no ${text}: every order fills at $close, as in qlib`);
    return this.#close;
  }

  #boundsOf(limits: readonly VolumeLimit[]): VolumeBound[] {
    return limits.map(([kind, expression]) => ({ kind, grid: this.market.evaluate(expression) }));
  }

  #lacksFactor(first: number, last: number): boolean {
    const [width, close, factor] = [this.#width, this.#close, this.#factor];
    for (let session = first; session <= last; session++) {
      for (let code = 0, at = session * width; code < width; code++, at++) {
        if (Number.isNaN(close[at]!) || (factor && !Number.isNaN(factor[at]!))) continue;
        if (this.#listed(code, session)) return true;
      }
    }
    return false;
  }

  #tell(): void {
    const { label } = this.market;
    if (typeof this.rules.limits === "number" && !this.#change && Number.isFinite(this.#threshold)) {
      this.notes.push(`${label} has no $change: no price limit applies, as in qlib`);
    }
    if (this.adjusted && this.rules.tradeUnit !== null) {
      const what = this.#factor ? "some bar has a close but no $factor" : `${label} has no $factor`;
      this.notes.push(`${what}: no amount is rounded to lots, as in qlib`);
    }
  }
}

/** Python's min and max give the first where a comparison with NaN is false. */
function pythonMin(a: number, b: number): number {
  return b < a ? b : a;
}

function pythonMax(a: number, b: number): number {
  return b > a ? b : a;
}
