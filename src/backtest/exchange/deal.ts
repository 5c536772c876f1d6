import type { Exchange, Side } from "./exchange.js";
import { isClose } from "./is-close.js";

/** A trade of less value than this does not happen. */
export const LEAST_VALUE = 1e-5;

/** What an order comes to. */
export interface Deal {
  /** Adjusted shares that fill. */
  readonly amount: number;
  /** NaN where the instrument cannot be traded. */
  readonly price: number;
  readonly value: number;
  readonly cost: number;
  readonly factor: number;
  /** Why less than the order fills, where it does. */
  readonly cut: Cut | undefined;
}

/** What an order was cut by. */
export type Cut = "volume" | "cash" | "lot";

/** An order and what it is filled from. */
export interface DealRequest {
  readonly code: number;
  readonly side: Side;
  readonly amount: number;
  readonly session: number;
  /** What is held of the instrument. */
  readonly held: number;
  readonly cash: number;
  /** What earlier orders of the day have filled in the instrument. */
  readonly dealt: number;
  /** Whether a sale may be of more than is held. */
  readonly canShort?: boolean | undefined;
}

/**
 * Fills an order as qlib does (qlib.backtest.exchange: Exchange.deal_order, _calc_trade_info_by_order), without changing
 * anything: volume limits, cost with impact, cash, lots.
 */
export function dealOrder(exchange: Exchange, request: DealRequest): Deal {
  const { code, side, session } = request;
  if (!exchange.tradable(code, session, side)) {
    return { amount: 0, price: Number.NaN, value: 0, cost: 0, factor: Number.NaN, cut: undefined };
  }
  const { minCost, impactCost, openCost, closeCost } = exchange.rules;
  const price = exchange.price(code, session, side);
  const factor = exchange.factor(code, session);
  const total = exchange.volume(code, session) * price;
  const clipped = exchange.clip(code, session, side, request.amount, request.dealt);
  const value = clipped * price; // before cash and lots
  const hasTotal = total !== 0 && !Number.isNaN(total);
  const share = value / total;
  const impact = hasTotal ? impactCost * (share * share) : impactCost;
  const rate = (side === "buy" ? openCost : closeCost) + impact;
  const amount =
    side === "sell"
      ? soldAmount(exchange, request, clipped, price, factor, rate)
      : boughtAmount(exchange, request, clipped, price, factor, rate);
  const traded = amount * price;
  const cost = traded <= LEAST_VALUE ? 0 : Math.max(traded * rate, minCost);
  const cut = amount < request.amount ? cutOf(request, clipped, value, rate, minCost) : undefined;
  return { amount, price, value: traded, cost, factor, cut };
}

function soldAmount(
  exchange: Exchange,
  { held, cash, canShort }: DealRequest,
  clipped: number,
  price: number,
  factor: number,
  rate: number,
): number {
  const most = canShort ? clipped : Math.min(held, clipped);
  const amount = isClose(clipped, held) ? clipped : exchange.round(most, factor);
  const isDear = cash + amount * price < Math.max(amount * price * rate, exchange.rules.minCost);
  return isDear ? 0 : amount;
}

function boughtAmount(
  exchange: Exchange,
  { cash, held }: DealRequest,
  clipped: number,
  price: number,
  factor: number,
  rate: number,
): number {
  const { minCost } = exchange.rules;
  const value = clipped * price;
  const cost = Math.max(value * rate, minCost);
  if (cash < cost) return 0;
  const isCovered = held < 0 && isClose(clipped, -held); // a short holding is bought back whole, odd lots too
  if (cash >= value + cost) return isCovered ? clipped : exchange.round(clipped, factor);
  return exchange.round(Math.min(affordable(cash, price, rate, minCost), clipped), factor);
}

/** The most that cash buys, its cost included (qlib: Exchange._get_buy_amount_by_cash_limit). */
function affordable(cash: number, price: number, rate: number, minCost: number): number {
  if (cash < minCost) return 0;
  const critical = minCost / rate + minCost; // from here on the rate is more than the least cost
  return cash >= critical ? cash / (1 + rate) / price : (cash - minCost) / price;
}

function cutOf(
  { side, amount, cash }: DealRequest,
  clipped: number,
  value: number,
  rate: number,
  minCost: number,
): Cut {
  if (clipped < amount) return "volume";
  return side === "buy" && cash < value + Math.max(value * rate, minCost) ? "cash" : "lot";
}
