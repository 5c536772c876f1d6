import { dealOrder } from "../exchange/deal.js";
import { rankDescending, rankFirst } from "../scores/rank-names.js";
import type { Signal } from "../scores/score-book.js";
import { scoresOf } from "./scores-of.js";
import type { Order, Strategy, TradingDay } from "./strategy.js";

/** qlib's `TopkDropoutStrategy` (qlib.contrib.strategy.signal_strategy), with its defaults. */
export interface TopkDropoutOptions {
  readonly name: "topk-dropout";
  /** How many instruments to hold. */
  readonly topk: number;
  /** How many of them to replace each day. 0 sells the whole book every second day, as in qlib. */
  readonly nDrop: number;
  /** The sessions after which a holding may be sold; 1. */
  readonly holdThreshold?: number | undefined;
  /** Whether to choose among instruments only that can be traded that day; false. */
  readonly onlyTradable?: boolean | undefined;
  /** Whether a limit in either direction forbids both; true. */
  readonly forbidAllTradeAtLimit?: boolean | undefined;
  /** The share of the cash that each day's purchases spend; 0.95. */
  readonly riskDegree?: number | undefined;
}

export class TopkDropout implements Strategy {
  readonly #options: Required<{ [K in keyof TopkDropoutOptions]: NonNullable<TopkDropoutOptions[K]> }>;

  constructor(options: TopkDropoutOptions) {
    this.#options = {
      name: options.name,
      topk: options.topk,
      nDrop: options.nDrop,
      holdThreshold: options.holdThreshold ?? 1,
      onlyTradable: options.onlyTradable ?? false,
      forbidAllTradeAtLimit: options.forbidAllTradeAtLimit ?? true,
      riskDegree: options.riskDegree ?? 0.95,
    };
  }

  decide(day: TradingDay): Order[] {
    const { signal, book, order } = day;
    if (!signal) return [];
    const { topk, nDrop } = this.#options;
    const held = book.held;
    const today = this.#candidates(day, signal, nDrop + topk - held.length);
    // pandas' union sorts by name, except with nothing to unite.
    const base = today.length > 0 ? order.sorted([...held, ...today]) : held;
    const ranked = this.#ranked(day, signal, base, today.length === 0);
    const bottom = new Set(this.#lastOf(day, ranked, nDrop));
    const selling = held.filter((code) => bottom.has(code));
    const buying = today.slice(0, selling.length + topk - held.length);
    const { orders, cash } = this.#sales(day, held, bottom);
    const value = buying.length > 0 ? (cash * this.#options.riskDegree) / buying.length : 0;
    for (const code of buying) {
      const amount = this.#bought(day, code, value);
      if (amount !== undefined) orders.push({ code, side: "buy", amount });
    }
    return orders;
  }

  /** The best `count` that are not held, by score; of a negative count, all but the last. */
  #candidates(day: TradingDay, signal: Signal, count: number): number[] {
    const { codes, values } = signal;
    const isHeld = (place: number): boolean => day.book.has(codes[place]!);
    const firstOf = (n: number): number[] =>
      rankFirst(values, n, day.ties, isHeld).map((place) => codes[place]!);
    if (!this.#options.onlyTradable) {
      if (count <= 0) return count === 0 ? [] : firstOf(codes.length).slice(0, count);
      const chosen = firstOf(count);
      tellEqual(day, signal, chosen);
      return chosen;
    }
    // qlib looks whether there are enough only after it has taken one.
    const wanted = Math.max(count, 1);
    for (let n = 2 * wanted; ; n *= 4) {
      const ranked = firstOf(Math.min(n, codes.length));
      const chosen = ranked.filter((code) => day.exchange.tradable(code, day.session)).slice(0, wanted);
      if (chosen.length === wanted || ranked.length < n) return chosen;
    }
  }

  #ranked(day: TradingDay, signal: Signal, codes: readonly number[], isHeldAlone: boolean): number[] {
    const scores = scoresOf(signal, codes, day.order);
    // With nothing to unite, qlib ranks what is held twice, which moves equal scores twice.
    const once = rankDescending(scores, day.ties);
    const order = isHeldAlone
      ? rankDescending(
          scores.map((_, i) => scores[once[i]!]!),
          day.ties,
        ).map((place) => once[place]!)
      : once;
    this.#tellBoundary(day, codes, scores, order, isHeldAlone);
    return order.map((place) => codes[place]!);
  }

  /** The last `count` names; of 0, all of them, as in Python's `li[-0:]`. */
  #lastOf(day: TradingDay, ranked: readonly number[], count: number): number[] {
    if (!this.#options.onlyTradable) return ranked.slice(-count);
    const wanted = Math.max(count, 1);
    const upwards = ranked.toReversed();
    return upwards.filter((code) => day.exchange.tradable(code, day.session)).slice(0, wanted);
  }

  /** The orders to sell what is both held and at the bottom, and the cash there is after them. */
  #sales(
    day: TradingDay,
    held: readonly number[],
    bottom: ReadonlySet<number>,
  ): { orders: Order[]; cash: number } {
    const { exchange, session, book } = day;
    const orders: Order[] = [];
    let cash = book.cash;
    for (const code of held) {
      if (!bottom.has(code)) continue;
      const amount = book.amountOf(code);
      const why = exchange.blocked(code, session, this.#options.forbidAllTradeAtLimit ? undefined : "sell");
      if (why !== undefined || book.daysOf(code) < this.#options.holdThreshold) {
        day.withhold(code, "sell", why ?? "held-too-short", amount * book.priceOf(code));
        continue;
      }
      orders.push({ code, side: "sell", amount });
      // qlib deals it at once, on a copy of the position: what it brings is there to be spent.
      const deal = dealOrder(exchange, { code, side: "sell", amount, session, held: amount, cash, dealt: 0 });
      cash += deal.value - deal.cost;
    }
    return { orders, cash };
  }

  /** How much to buy for a value; undefined where it cannot be bought. */
  #bought(day: TradingDay, code: number, value: number): number | undefined {
    const { exchange, session } = day;
    const why = exchange.blocked(code, session, this.#options.forbidAllTradeAtLimit ? undefined : "buy");
    if (why === undefined) {
      return exchange.round(value / exchange.price(code, session, "buy"), exchange.factor(code, session));
    }
    day.withhold(code, "buy", why, value);
    return undefined;
  }

  #tellBoundary(
    day: TradingDay,
    codes: readonly number[],
    scores: readonly number[],
    order: readonly number[],
    isHeldAlone: boolean,
  ): void {
    const at = order.length - this.#options.nDrop;
    if (at <= 0 || at >= order.length) return;
    const [kept, dropped] = [order[at - 1]!, order[at]!];
    const pair = [codes[kept]!, codes[dropped]!];
    const isMissing = Number.isNaN(scores[kept]!) && Number.isNaN(scores[dropped]!);
    if (scores[kept] === scores[dropped]) day.choose("equal-scores", pair);
    else if (isMissing && isHeldAlone) day.choose("held-order", pair);
  }
}

/** Says so where one that was not chosen has the score of the last that was. */
function tellEqual(day: TradingDay, { codes, values }: Signal, chosen: readonly number[]): void {
  const last = chosen.at(-1);
  if (last === undefined) return;
  const least = values[codes.indexOf(last)]!;
  let equal: number[] | undefined;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== least || codes[i] === last) continue;
    equal ??= [];
    equal.push(codes[i]!);
  }
  const taken = new Set(chosen);
  const others = equal?.filter((code) => !taken.has(code) && !day.book.has(code));
  if (others && others.length > 0) day.choose("equal-scores", [last, ...others]);
}
