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
   * kept, in money. Below 0 it was luck; 0 where the same halt has been counted; NaN where there is no close before or
   * after.
   */
  readonly cost: number;
}

/**
 * What was withheld and what was cut, in order of time. A lot that rounds an order that was filled is no miss. A trade that is
 * missed day after day of one halt costs what the halt does once, on the first.
 */
export function missedTrades(
  { orders, untraded }: Pick<Backtest, "orders" | "untraded">,
  market: Market,
): MissedTrade[] {
  const cut = orders.filter(
    (order) => order.cut !== undefined && !(order.cut === "lot" && order.dealAmount > 0),
  );
  const all: Omit<MissedTrade, "cost">[] = [
    ...untraded,
    ...cut.map(({ datetime, instrument, side, cut: why, amount, dealAmount, price }) => {
      return { datetime, instrument, side, why: why!, value: (amount - dealAmount) * price };
    }),
  ];
  const counted = new Set<string>();
  return all
    .sort((a, b) => Number(a.datetime - b.datetime))
    .map((trade) => {
      const { gain, until } = moveAfter(market, trade.instrument, trade.datetime);
      const halt = `${trade.instrument} ${trade.side} ${until}`;
      const isCounted = counted.has(halt) && !Number.isNaN(gain);
      counted.add(halt);
      return { ...trade, cost: isCounted ? 0 : (trade.side === "buy" ? 1 : -1) * trade.value * gain };
    });
}

/** From an instrument's last close up to a session to its next one, which lies in session `until`. */
function moveAfter(market: Market, instrument: string, datetime: bigint): { gain: number; until: number } {
  const code = market.positionOf(instrument);
  if (code < 0) return { gain: Number.NaN, until: -1 };
  const [close, width] = [market.field("$close"), market.instruments.length];
  const priceAt = (session: number): number => close[session * width + code]!;
  const session = market.sessionAtOrBefore(datetime);
  let before = session;
  while (before >= 0 && Number.isNaN(priceAt(before))) before--;
  let until = session + 1;
  while (until < market.sessionCount && Number.isNaN(priceAt(until))) until++;
  const isWhole = before >= 0 && until < market.sessionCount;
  return { gain: isWhole ? priceAt(until) / priceAt(before) - 1 : Number.NaN, until };
}
