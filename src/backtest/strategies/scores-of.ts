import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { Signal } from "../scores/score-book.js";

/** The scores of some instruments; NaN for one that has none. */
export function scoresOf(
  { codes, values }: Signal,
  wanted: readonly number[],
  order: InstrumentOrder,
): Float64Array {
  return Float64Array.from(wanted, (code) => {
    let [low, high] = [0, codes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order.compare(codes[middle]!, code) < 0) low = middle + 1;
      else high = middle;
    }
    return codes[low] === code ? values[low]! : Number.NaN;
  });
}
