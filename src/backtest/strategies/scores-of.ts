import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { Signal } from "../scores/score-book.js";

/** The scores of some instruments; NaN for one that has none. */
export function scoresOf(
  { codes, values }: Signal,
  wanted: readonly number[],
  order: InstrumentOrder,
): Float64Array {
  const scores = new Float64Array(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const code = wanted[i]!;
    const rank = order.rankOf(code);
    let [low, high] = [0, codes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order.rankOf(codes[middle]!) < rank) low = middle + 1;
      else high = middle;
    }
    scores[i] = codes[low] === code ? values[low]! : Number.NaN;
  }
  return scores;
}
