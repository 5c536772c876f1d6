import type { Cut } from "../exchange/deal.js";
import type { Side } from "../exchange/exchange.js";
import type { Market } from "../market/market.js";
import type { Withheld } from "../strategies/strategy.js";
import type { Backtest } from "./backtest.js";

/** A trade that the strategy's rule calls for and that was not done, or not wholly. */
export interface MissedTrade {
  /** Epoch nanoseconds. */
  readonly datetime: bigint;
  readonly instrument: string;
  readonly side: Side;
  readonly why: Withheld | Cut;
  /** The money that was to be traded and was not; NaN where it is not known. */
  readonly value: number;
  /**
   * What that cost until the instrument's next close: of a purchase the gain that was missed, of a sale the loss that was
   * kept, in money. Below 0 it was luck; NaN where there is no close before or after.
   */
  readonly cost: number;
}

/** What was withheld and what was cut, in order of time. A lot that rounds an order that was filled is no miss. */
export function missedTrades(
  { orders, untraded }: Pick<Backtest, "orders" | "untraded">,
  market: Market,
): MissedTrade[] {
  const close = market.field("$close");
  const width = market.instruments.length;
  const missed = (trade: Omit<MissedTrade, "cost">): MissedTrade => {
    const code = market.positionOf(trade.instrument);
    const session = market.sessionAtOrBefore(trade.datetime);
    const closeFrom = (from: number, to: number, step: 1 | -1): number => {
      for (let s = from; code >= 0 && s !== to; s += step) {
        const price = close[s * width + code]!;
        if (!Number.isNaN(price)) return price;
      }
      return Number.NaN;
    };
    const gain = closeFrom(session + 1, market.sessionCount, 1) / closeFrom(session, -1, -1) - 1;
    return { ...trade, cost: (trade.side === "buy" ? 1 : -1) * trade.value * gain };
  };
  const cut = orders.filter(
    (order) => order.cut !== undefined && !(order.cut === "lot" && order.dealAmount > 0),
  );
  const all = [
    ...untraded.map(missed),
    ...cut.map(({ datetime, instrument, side, cut: why, amount, dealAmount, price }) =>
      missed({ datetime, instrument, side, why: why!, value: (amount - dealAmount) * price }),
    ),
  ];
  return all.sort((a, b) => Number(a.datetime - b.datetime));
}
