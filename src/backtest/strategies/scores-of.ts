import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { Signal } from "../scores/score-book.js";

/** The scores of some instruments; NaN for one that has none. */
export function scoresOf(
  { codes, values }: Signal,
  wanted: readonly number[],
  order: InstrumentOrder,
): number[] {
  const scores: number[] = [];
  for (const code of wanted) {
    // Where every instrument has a score, it is at the place of its number.
    if (codes[code] === code) {
      scores.push(values[code]!);
      continue;
    }
    const rank = order.rankOf(code);
    let [low, high] = [0, codes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order.rankOf(codes[middle]!) < rank) low = middle + 1;
      else high = middle;
    }
    scores.push(codes[low] === code ? values[low]! : Number.NaN);
  }
  return scores;
}
