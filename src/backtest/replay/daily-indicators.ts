import { pairwiseSum } from "../strategies/pairwise-sum.js";
import type { IndicatorColumn } from "./backtest.js";
import type { OrderLog } from "./order-log.js";

export const INDICATORS: readonly IndicatorColumn[] = ["ffr", "pa", "pos", "deal_amount", "value", "count"];

/**
 * A day's trade indicators (qlib.backtest.report: Indicator.cal_trade_indicators). Of an instrument the last order
 * counts. `ffr` is the mean share that was dealt; the daily executor's `pa` and `pos` are always 0, and without orders NaN.
 */
export class DailyIndicators {
  readonly #log: OrderLog;
  /** Where among the kept orders each instrument's is; stale where that one is of another instrument. */
  readonly #places: Int32Array;
  /** Used anew by each day. */
  readonly #kept: number[] = [];

  constructor(log: OrderLog, instrumentCount: number) {
    this.#log = log;
    this.#places = new Int32Array(instrumentCount);
  }

  /** What the orders from `first` on come to, in the order of the columns of `INDICATORS`. */
  since(first: number): number[] {
    const kept = this.#lastOfEach(first);
    const none = kept.length === 0 ? Number.NaN : 0;
    const [amounts, dealt, values] = [
      this.#log.cellsOf("amount"),
      this.#log.cellsOf("dealAmount"),
      this.#log.cellsOf("value"),
    ];
    const rates: number[] = [];
    for (const order of kept) {
      const rate = dealt[order]! / amounts[order]!;
      if (!Number.isNaN(rate)) rates.push(rate);
    }
    return [
      rates.length === 0 ? Number.NaN : pairwiseSum(rates) / rates.length,
      none,
      none,
      pairwiseSum(kept.map((order) => dealt[order]!)),
      pairwiseSum(kept.map((order) => values[order]!)),
      kept.length,
    ];
  }

  /** The last order of each instrument, in the order in which instruments first have one. */
  #lastOfEach(first: number): readonly number[] {
    const [log, kept, places] = [this.#log, this.#kept, this.#places];
    kept.length = 0;
    for (let order = first; order < log.count; order++) {
      const code = log.codeAt(order);
      const place = places[code]!;
      if (place < kept.length && log.codeAt(kept[place]!) === code) {
        kept[place] = order;
        continue;
      }
      places[code] = kept.length;
      kept.push(order);
    }
    return kept;
  }
}
