import type { Side } from "../exchange/exchange.js";
import type { Signal } from "../scores/score-book.js";
import type { Order, Strategy, StrategyMemory, TradingDay } from "./strategy.js";
import { bestScored, squaredWeights } from "./weight-strategies.js";

/**
 * `EnhancedTopkDropoutStrategy` of AIstock's RD-Agent (custom_strategy.py), with its defaults: stop loss, staged profit
 * taking, and purchases weighted by the square of the score. Decisions use the trading day's own price.
 */
export interface EnhancedTopkDropoutOptions {
  readonly name: "enhanced-topk-dropout";
  readonly topk: number;
  /** The least score to be held; 0.1. */
  readonly minScore?: number | undefined;
  /** The share of the cash that a day's purchases may spend; 0.9. */
  readonly maxPositionRatio?: number | undefined;
  /** The return on the entry price at which a holding is sold; -0.1. */
  readonly stopLoss?: number | undefined;
  /** The most money, and the most shares, of one order; 5 million. */
  readonly maxSingleOrderValue?: number | undefined;
  readonly maxSingleOrderAmount?: number | undefined;
}

/** Returns on the entry price from which all of a holding, or a part of its first amount, is sold. */
const [TAKE_ALL, TAKE_DAILY, TAKE_ONCE, PART] = [0.35, 0.25, 0.15, 0.3];
/** No purchase after a price change of the day beyond this. */
const MOST_CHANGE = 0.2;
/** Real shares in a lot, where the exchange has no trade unit. */
const LOT = 100;

export class EnhancedTopkDropout implements Strategy {
  readonly #options: Required<{
    [K in keyof EnhancedTopkDropoutOptions]: NonNullable<EnhancedTopkDropoutOptions[K]>;
  }>;
  /** By name, so that a later run can go on from them. */
  readonly #entryPrices: Map<string, number>;
  readonly #entryAmounts: Map<string, number>;

  constructor(options: EnhancedTopkDropoutOptions, memory?: StrategyMemory) {
    this.#options = {
      name: options.name,
      topk: options.topk,
      minScore: options.minScore ?? 0.1,
      maxPositionRatio: options.maxPositionRatio ?? 0.9,
      stopLoss: options.stopLoss ?? -0.1,
      maxSingleOrderValue: options.maxSingleOrderValue ?? 5e6,
      maxSingleOrderAmount: options.maxSingleOrderAmount ?? 5e6,
    };
    this.#entryPrices = new Map(Object.entries(memory?.entryPrices ?? {}));
    this.#entryAmounts = new Map(Object.entries(memory?.entryAmounts ?? {}));
  }

  memory(): StrategyMemory {
    return {
      entryPrices: Object.fromEntries(this.#entryPrices),
      entryAmounts: Object.fromEntries(this.#entryAmounts),
    };
  }

  decide(day: TradingDay): Order[] {
    this.#forget(day);
    const { signal, book } = day;
    if (!signal?.values.some((score) => !Number.isNaN(score))) return [];
    const sales = [...this.#stopLosses(day), ...this.#profits(day)];
    const places = bestScored(signal.values, signal.values.length)
      .filter((place) => signal.values[place]! >= this.#options.minScore)
      .slice(0, this.#options.topk);
    const chosen = new Set(places.map((place) => signal.codes[place]!));
    const selling = new Set(sales.map(({ code }) => code));
    for (const code of book.held) {
      if (selling.has(code) || chosen.has(code)) continue;
      sales.push({ code, side: "sell", amount: book.amountOf(code) });
      selling.add(code);
    }
    const kept = new Set(book.held.filter((code) => !selling.has(code)));
    if (places.length === 0 || kept.size >= this.#options.topk) return sales;
    return [...sales, ...this.#purchases(day, signal, places, kept)];
  }

  #forget({ book, order }: TradingDay): void {
    if (this.#entryPrices.size === 0) return;
    const held = new Set(
      book.held.filter((code) => book.amountOf(code) > 0).map((code) => order.names[code]!),
    );
    for (const name of [...this.#entryPrices.keys()]) {
      if (held.has(name)) continue;
      this.#entryPrices.delete(name);
      this.#entryAmounts.delete(name);
    }
  }

  /** The return on the entry price; undefined where there is no entry price, or no price of the day. */
  #returnOf({ exchange, session, order }: TradingDay, code: number): number | undefined {
    const entry = this.#entryPrices.get(order.names[code]!);
    const price = exchange.price(code, session, "sell");
    return entry === undefined || !(price > 0) ? undefined : (price - entry) / entry;
  }

  #stopLosses(day: TradingDay): Order[] {
    const { held } = day.book;
    const { stopLoss } = this.#options;
    const lost = held.filter((code) => (this.#returnOf(day, code) ?? Number.NaN) <= stopLoss);
    return lost.map((code) => ({ code, side: "sell", amount: day.book.amountOf(code) }));
  }

  #profits(day: TradingDay): Order[] {
    const { book, order } = day;
    const sales: Order[] = [];
    for (const code of book.held) {
      const gain = this.#returnOf(day, code);
      if (gain === undefined || gain < TAKE_ONCE) continue;
      const held = book.amountOf(code);
      if (gain >= TAKE_ALL) {
        sales.push({ code, side: "sell", amount: held });
        continue;
      }
      const name = order.names[code]!;
      const first = this.#entryAmounts.get(name);
      if (gain < TAKE_DAILY && first !== undefined) continue; // taken once already
      if (first === undefined) this.#entryAmounts.set(name, held);
      const amount = first === undefined ? PART * held : Math.min(PART * first, held);
      if (amount > 0) sales.push({ code, side: "sell", amount });
    }
    return sales;
  }

  #purchases(day: TradingDay, signal: Signal, places: readonly number[], kept: ReadonlySet<number>): Order[] {
    const weights = squaredWeights(places.map((place) => signal.values[place]!));
    const cash = day.book.cash * this.#options.maxPositionRatio;
    const room = this.#options.topk - kept.size;
    const orders: Order[] = [];
    for (const [i, place] of places.entries()) {
      const code = signal.codes[place]!;
      if (kept.has(code)) continue;
      if (orders.length >= room) break;
      const value = cash * weights[i]!;
      if (weights[i]! <= 0 || value <= 0) continue;
      const amount = this.#bought(day, code, value);
      if (amount > 0) orders.push({ code, side: "buy", amount });
    }
    return orders;
  }

  /** How much to buy for a value, in whole lots; 0 where it is not to be bought. */
  #bought(day: TradingDay, code: number, value: number): number {
    const { exchange, session, order, book } = day;
    const side: Side = "buy";
    const price = exchange.price(code, session, side);
    if (!(price > 0)) {
      day.withhold(code, side, exchange.blocked(code, session, side) ?? "no-price", value);
      return 0;
    }
    const change = exchange.change(code, session);
    if (Number.isFinite(change) && Math.abs(change) > MOST_CHANGE) {
      day.withhold(code, side, change > 0 ? "limit-up" : "limit-down", value);
      return 0;
    }
    const { maxSingleOrderValue, maxSingleOrderAmount } = this.#options;
    const factor = exchange.factor(code, session);
    const { tradeUnit } = exchange.rules;
    const isPlain = exchange.adjusted || tradeUnit === null;
    // The strategy divides by the factor a price that is adjusted by it already: orders are too large where it is below 1.
    const amountOf = (x: number): number => (isPlain || !(factor > 0) ? x : x / factor);
    const lot = isPlain ? LOT : tradeUnit / factor;
    const wanted = Math.min(
      amountOf(Math.min(value, maxSingleOrderValue) / price),
      amountOf(book.cash / price),
    );
    let amount = Math.floor(wanted / lot) * lot;
    if (amount > maxSingleOrderAmount) amount = Math.floor(maxSingleOrderAmount / lot) * lot;
    const name = order.names[code]!;
    if (amount > 0 && !this.#entryPrices.has(name)) this.#entryPrices.set(name, price);
    return amount;
  }
}
