import { checkChoice } from "../../names/choice.js";
import type { Backtest } from "../replay/backtest.js";

/** What a day counts for: its orders, the shares that were dealt, or their value. */
export type IndicatorWeights = "mean" | "amount_weighted" | "value_weighted";

/** The share of orders that was dealt (`ffr`), and what the daily executor always gives as 0: `pa` and `pos`. */
export interface IndicatorFigures {
  readonly ffr: number;
  readonly pa: number;
  readonly pos: number;
}

const WEIGHTS = { mean: "count", amount_weighted: "deal_amount", value_weighted: "value" } as const;

/**
 * The trade indicators of a whole backtest (qlib.contrib.evaluate: indicator_analysis): weighted means over the sessions,
 * `pos` by the number of orders always. As in qlib, a session whose indicator is NaN adds nothing, but its weight counts.
 * @throws DataServiceError bad-request
 */
export function indicatorAnalysis(
  { indicators }: Pick<Backtest, "indicators">,
  weights: IndicatorWeights = "mean",
): IndicatorFigures {
  checkChoice(weights, Object.keys(WEIGHTS) as IndicatorWeights[], "indicatorAnalysis: weights");
  const counts = indicators.column("count");
  const own = indicators.column(WEIGHTS[weights]).map(Math.abs);
  return {
    ffr: weightedMean(indicators.column("ffr"), own),
    pa: weightedMean(indicators.column("pa"), own),
    pos: weightedMean(indicators.column("pos"), counts),
  };
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const [i, value] of values.entries()) {
    const weight = weights[i]!;
    if (!Number.isNaN(value * weight)) sum += value * weight;
    if (!Number.isNaN(weight)) total += weight;
  }
  return sum / total;
}
