import type { Exchange } from "../exchange/exchange.js";
import { rankDescending } from "../scores/rank-names.js";
import type { Order, Strategy, TradingDay } from "./strategy.js";

/**
 * Long the highest scores and short the lowest, each side the same money, brought back to equal weights each session: what
 * qlib's `calc_long_short_return` averages, traded. qlib's exchange has no short side; here a short holding is a negative
 * amount, whose proceeds are cash. Borrowing costs nothing and is always possible.
 */
export interface LongShortStrategyOptions {
  readonly name: "long-short";
  /** The share of the names with a score on either side, above 0 and up to 0.5; 0.2. */
  readonly quantile?: number | undefined;
  /** The share of the account that both sides add up to, shorts counted by their size; 0.95. */
  readonly riskDegree?: number | undefined;
}

export class LongShort implements Strategy {
  readonly #quantile: number;
  readonly #riskDegree: number;

  constructor({ quantile = 0.2, riskDegree = 0.95 }: LongShortStrategyOptions) {
    this.#quantile = quantile;
    this.#riskDegree = riskDegree;
  }

  decide(day: TradingDay): Order[] {
    const { signal, book, order } = day;
    if (!signal) return [];
    const weights = this.#weights(day);
    const money = this.#riskDegree * accountAtDealPrices(day);
    const [sales, purchases]: [Order[], Order[]] = [[], []];
    for (const code of order.sorted([...new Set([...book.codes(), ...weights.keys()])])) {
      const weight = weights.get(code) ?? 0;
      const move = moveOf(day, code, money * weight);
      if (move === undefined || move === 0) continue;
      const isBuy = move > 0;
      (isBuy ? purchases : sales).push({
        code,
        side: isBuy ? "buy" : "sell",
        amount: Math.abs(move),
        canShort: true,
      });
    }
    return [...sales, ...purchases];
  }

  /** Of the names with a score, so many from the top and from the bottom; the weights of both add up to 1 by size. */
  #weights({ signal, ties }: TradingDay): Map<number, number> {
    const { codes, values } = signal!;
    const ranked = rankDescending(values, ties).filter((place) => !Number.isNaN(values[place]!));
    const count = Math.floor(ranked.length * this.#quantile);
    const weights = new Map<number, number>();
    for (const place of ranked.slice(0, count)) weights.set(codes[place]!, 0.5 / count);
    if (count > 0) for (const place of ranked.slice(-count)) weights.set(codes[place]!, -0.5 / count);
    return weights;
  }
}

/** What the account is worth at the prices that the day's orders fill at; what is suspended, at its last. */
function accountAtDealPrices({ book, exchange, session }: TradingDay): number {
  let account = book.cash + book.delayed;
  for (const code of book.held) {
    const amount = book.amountOf(code);
    const price = exchange.price(code, session, amount > 0 ? "sell" : "buy");
    account += amount * (Number.isNaN(price) ? book.priceOf(code) : price);
  }
  return account;
}

/** From what is held to what should be, in whole lots; undefined where it cannot be traded. */
function moveOf(day: TradingDay, code: number, money: number): number | undefined {
  const { exchange, session, book } = day;
  const held = book.amountOf(code);
  const price = exchange.price(code, session, money >= 0 ? "buy" : "sell");
  const target = money === 0 ? 0 : wholeLots(exchange, code, session, money / price);
  // Of what is left altogether, the odd lot goes too.
  const move = Number.isNaN(target) ? money : target - held;
  if (move === 0) return 0;
  const side = move > 0 ? "buy" : "sell";
  const why = exchange.blocked(code, session, side);
  if (why === undefined) return move;
  const lastPrice = Number.isNaN(price) && book.has(code) ? book.priceOf(code) : price;
  day.withhold(code, side, why, Number.isNaN(target) ? Math.abs(money) : Math.abs(move) * lastPrice);
  return undefined;
}

function wholeLots(exchange: Exchange, code: number, session: number, amount: number): number {
  const size = exchange.round(Math.abs(amount), exchange.factor(code, session));
  return amount < 0 ? -size : size;
}
