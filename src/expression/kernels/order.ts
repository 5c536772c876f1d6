import { isPresent } from "./missing.js";

/** Order statistics of a window, each one value a position. */
export interface OrderOutputs {
  /** Percentile of the last cell, ties averaged, in (0, 1]; NaN where the last cell is missing. */
  readonly rank?: Float64Array | undefined;
  readonly median?: Float64Array | undefined;
  /** Linear-interpolated quantiles, one array for each of `scores`. */
  readonly quantiles: readonly Float64Array[];
  readonly scores: readonly number[];
}

/**
 * Rolling order statistics of the present cells (pandas `rank(pct=True)`, `median`, `quantile`). The window is kept
 * sorted; a step moves only the cells between the one that leaves and the one that comes, which for the windows
 * research uses is faster than any tree.
 */
export function rollingOrder(x: Float64Array, n: number, window: number, out: OrderOutputs): void {
  const sorted = new Float64Array(Math.min(window, n) + 1);
  const { rank, median, quantiles, scores } = out;
  let size = 0;
  for (let t = 0; t < n; t++) {
    const value = x[t]!;
    const comes = isPresent(value);
    const leaving = t >= window ? x[t - window]! : Number.NaN;
    let at = 0; // where the cell that comes stands
    if (isPresent(leaving)) {
      at = firstNotBelow(sorted, size, leaving);
      if (comes) {
        // Replace in one shift.
        while (at + 1 < size && sorted[at + 1]! < value) {
          sorted[at] = sorted[at + 1]!;
          at++;
        }
        while (at > 0 && sorted[at - 1]! > value) {
          sorted[at] = sorted[at - 1]!;
          at--;
        }
        sorted[at] = value;
      } else {
        size--;
        sorted.copyWithin(at, at + 1, size + 1);
      }
    } else if (comes) {
      at = firstNotBelow(sorted, size, value);
      sorted.copyWithin(at + 1, at, size);
      sorted[at] = value;
      size++;
    }
    if (rank !== undefined) {
      if (!comes) rank[t] = Number.NaN;
      else {
        let below = at;
        while (below > 0 && sorted[below - 1] === value) below--;
        let equal = at - below + 1;
        while (below + equal < size && sorted[below + equal] === value) equal++;
        rank[t] = (below + (equal + 1) / 2) / size;
      }
    }
    if (median !== undefined) {
      const half = size >> 1;
      if (size === 0) median[t] = Number.NaN;
      else median[t] = size & 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
    }
    for (let s = 0; s < scores.length; s++) quantiles[s]![t] = quantileOf(sorted, size, scores[s]!);
  }
}

function quantileOf(sorted: Float64Array, size: number, score: number): number {
  if (size === 0) return Number.NaN;
  const place = score * (size - 1);
  const whole = Math.floor(place);
  const low = sorted[whole]!;
  return place === whole ? low : low + (sorted[whole + 1]! - low) * (place - whole);
}

/** The first position of the sorted cells [0, size) that is not below `value`. */
function firstNotBelow(sorted: Float64Array, size: number, value: number): number {
  let base = 0;
  let length = size;
  while (length > 0) {
    const half = length >> 1;
    if (sorted[base + half]! < value) {
      base += half + 1;
      length -= half + 1;
    } else length = half;
  }
  return base;
}
