import { floorDivide } from "../exchange/floor-divide.js";
import { pythonShuffle } from "./python-shuffle.js";
import type { Order, TradingDay } from "./strategy.js";

/**
 * How target weights become amounts: at the previous session's close (qlib: OrderGenWOInteract, the default of
 * WeightStrategyBase), or at the price of the day itself (OrderGenWInteract).
 */
export type OrderGenerator = "previous-close" | "deal-price";
export const ORDER_GENERATORS: readonly OrderGenerator[] = ["previous-close", "deal-price"];

/** The shares of the account that instruments should have, in the order in which the strategy names them. */
export type TargetWeights = ReadonlyMap<number, number>;

/** The orders that bring a book to its target weights (qlib.contrib.strategy.order_generator). */
export function ordersOfTargets(
  day: TradingDay,
  weights: TargetWeights,
  riskDegree: number,
  generator: OrderGenerator,
): Order[] {
  const amounts =
    generator === "previous-close"
      ? amountsAtPreviousClose(day, weights, riskDegree)
      : amountsAtDealPrice(day, weights, riskDegree);
  return ordersOfAmounts(day, amounts, weights);
}

function amountsAtPreviousClose(
  { book, exchange, session }: TradingDay,
  weights: TargetWeights,
  riskDegree: number,
): Map<number, number> {
  let value = 0;
  const { amounts: held, prices, size } = book.cells;
  for (let i = 0; i < size; i++) value += held[i]! * prices[i]!;
  const spent = riskDegree * (value + book.cash);
  const amounts = new Map<number, number>();
  for (const [code, weight] of weights) {
    if (exchange.tradable(code, session) && exchange.tradable(code, session - 1)) {
      amounts.set(code, (spent * weight) / exchange.close(code, session - 1));
    } else if (book.has(code)) amounts.set(code, (spent * weight) / book.priceOf(code));
  }
  return amounts;
}

/**
 * A suspended holding counts at the last price it had. qlib asks the exchange for a price there, fails with a TypeError or
 * carries a NaN into the account (facts of OrderGenWInteract and SoftTopkStrategy).
 */
function amountsAtDealPrice(
  day: TradingDay,
  weights: TargetWeights,
  riskDegree: number,
): Map<number, number> {
  const { book, exchange, session } = day;
  const { openCost, closeCost } = exchange.rules;
  let [all, free] = [0, 0];
  const { amounts: held, prices } = book.cells;
  const codes = book.codes();
  const halted = codes.filter((code) => exchange.suspended(code, session));
  if (halted.length > 0) day.choose("halted-holding", halted);
  for (const [i, code] of codes.entries()) {
    const own = exchange.suspended(code, session) ? prices[i]! : exchange.price(code, session, "sell");
    all += own * held[i]!;
    if (exchange.tradable(code, session)) free += own * held[i]!;
  }
  const usable = free + book.cash - (1 - riskDegree) * (all + book.cash);
  const amounts = new Map<number, number>();
  if (usable < 0) {
    for (const code of codes) {
      if (!exchange.tradable(code, session)) amounts.set(code, book.amountOf(code));
    }
    return amounts;
  }
  const spent = usable / (1 + Math.max(closeCost, openCost));
  const ordered = [...weights].filter(([code]) => exchange.tradable(code, session));
  const total = ordered.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [code, weight] of ordered) {
    if (weight <= 0) continue;
    amounts.set(code, floorDivide((spent * weight) / total, exchange.price(code, session, "buy")));
  }
  return amounts;
}

/** From what is held to what should be: sales first; shuffled as qlib does, with the same seed each day. */
function ordersOfAmounts(
  day: TradingDay,
  amounts: ReadonlyMap<number, number>,
  weights: TargetWeights,
): Order[] {
  const { book, exchange, session, order } = day;
  const [sales, purchases]: [Order[], Order[]] = [[], []];
  for (const code of pythonShuffle(order.sorted([...new Set([...amounts.keys(), ...book.codes()])]))) {
    const target = amounts.get(code) ?? 0;
    const held = book.amountOf(code);
    const why = exchange.blocked(code, session);
    if (why !== undefined) {
      if (target !== held) tellBlocked(day, code, target - held, why);
      continue;
    }
    if (target === held) continue;
    const factor = exchange.factor(code, session);
    if (held < target) {
      const amount = exchange.round(target - held, factor);
      if (amount > 0) purchases.push({ code, side: "buy", amount });
    } else {
      const amount = target === 0 ? held : exchange.round(held - target, factor);
      if (amount > 0) sales.push({ code, side: "sell", amount });
    }
  }
  for (const [code, weight] of weights) {
    if (amounts.has(code) || book.has(code) || !(weight > 0)) continue;
    const why = exchange.blocked(code, session) ?? exchange.blocked(code, session - 1);
    if (why !== undefined) day.withhold(code, "buy", why, Number.NaN);
  }
  return [...sales, ...purchases];
}

function tellBlocked(
  day: TradingDay,
  code: number,
  amount: number,
  why: NonNullable<ReturnType<TradingDay["exchange"]["blocked"]>>,
): void {
  const { book, exchange, session } = day;
  const price = book.has(code) ? book.priceOf(code) : exchange.price(code, session, "buy");
  day.withhold(code, amount > 0 ? "buy" : "sell", why, Math.abs(amount) * price);
}
