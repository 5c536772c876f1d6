import { cellsLike, takeNumbers } from "../kernels/column-cells.js";
import { quantileOf } from "../kernels/select.js";
import { fitBlocks, locate } from "./fitted.js";
import type { Kind } from "./kind.js";
import { normalQuantile } from "./normal-quantile.js";

/** Points of the fit's distribution that are kept, as sklearn's QuantileTransformer does. */
const POINTS = 1000;
/** What lies beyond the fit counts as its outermost share, else the normal quantile would be infinite. */
const OUTERMOST = 1e-7;

/** The normal quantile of each cell's place in the fit: sklearn's QuantileTransformer(output_distribution="normal"). */
export const rankGauss: Kind<"RankGauss"> = {
  fit: (frame, { fields }, { first, last }) =>
    fitBlocks(frame, frame.groupsOf(fields, "RankGauss"), (block) => {
      const points = new Float64Array(block.width * POINTS);
      const own = cellsLike(block.cells(), last - first);
      for (let c = 0; c < block.width; c++) {
        const count = takeNumbers(block.cells(), block.width, c, first, last, own);
        own.subarray(0, count).sort(); // makes every later look-up of a quantile one step
        for (let k = 0; k < POINTS; k++) points[c * POINTS + k] = quantileOf(own, count, k / (POINTS - 1));
      }
      return { points };
    }),
  apply: (frame, _, __, fitted) => {
    for (const { block, columns, places } of locate(frame, fitted!, "RankGauss")) {
      const cells = block.writable();
      for (const [i, column] of columns.entries()) {
        const place = places[i]!;
        const points = fitted!.vectors.points!.subarray(place * POINTS, (place + 1) * POINTS);
        for (let row = 0, at = column; row < frame.rowCount; row++, at += block.width) {
          const x = cells[at]!;
          if (!Number.isNaN(x))
            cells[at] = normalQuantile(Math.min(1 - OUTERMOST, Math.max(OUTERMOST, shareBelow(points, x))));
        }
      }
    }
  },
};

/** The share of the fit below x: between equal points half-way, between different ones linear. */
function shareBelow(points: Float64Array, x: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]! < x) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < points.length && points[end] === x) end++;
  if (end > low) return (low + end - 1) / 2 / (points.length - 1);
  if (low === 0) return 0;
  if (low === points.length) return 1;
  const [before, after] = [points[low - 1]!, points[low]!];
  return (low - 1 + (x - before) / (after - before)) / (points.length - 1);
}
