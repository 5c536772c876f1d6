import { pairwiseSum } from "../strategies/pairwise-sum.js";
import type { FilledOrder, IndicatorColumn } from "./backtest.js";

/** What a day's orders come to, in the order of the columns of `INDICATORS`. */
export const INDICATORS: readonly IndicatorColumn[] = ["ffr", "pa", "pos", "deal_amount", "value", "count"];

/**
 * A day's trade indicators (qlib.backtest.report: Indicator.cal_trade_indicators). Of an instrument the last order
 * counts. `ffr` is the mean share that was dealt; the daily executor's `pa` and `pos` are always 0, and without orders NaN.
 */
export function dailyIndicators(orders: readonly FilledOrder[]): number[] {
  const last = new Map<string, FilledOrder>();
  for (const order of orders) last.set(order.instrument, order);
  const kept = [...last.values()];
  const rates = kept
    .map(({ amount, dealAmount }) => dealAmount / amount)
    .filter((rate) => !Number.isNaN(rate));
  const none = kept.length === 0 ? Number.NaN : 0;
  return [
    rates.length === 0 ? Number.NaN : pairwiseSum(rates) / rates.length,
    none,
    none,
    pairwiseSum(kept.map(({ dealAmount }) => dealAmount)),
    pairwiseSum(kept.map(({ value }) => value)),
    kept.length,
  ];
}
