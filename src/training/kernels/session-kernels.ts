import type { Cells } from "../frame/block.js";
import type { SessionKernel } from "./by-session.js";
import { cellsLike } from "./column-cells.js";
import { medianOf } from "./select.js";

/**
 * (x − mean) / std, ddof 1 (pandas' `std`): NaN where there is one cell, or all are equal. Sums run over deviations from a
 * cell of the session, in float64, so that equal cells have no spread at all.
 */
export const standardize: SessionKernel = (cells, count) => {
  const { mean, std } = momentsOf(cells, count);
  for (let i = 0; i < count; i++) cells[i] = (cells[i]! - mean) / std;
};

/** d = x − median, then d / MAD / 1.4826 cut to [−3, 3]; a MAD of 0 gives NaN and ±3, as qlib's `robust_zscore`. */
export const standardizeRobustly: SessionKernel = (cells, count) => {
  const own = cellsLike(cells, count);
  const median = medianOf(own, compact(cells, count, own));
  for (let i = 0; i < count; i++) cells[i] = cells[i]! - median;
  const kept = compact(cells, count, own);
  for (let i = 0; i < kept; i++) own[i] = Math.abs(own[i]!);
  const mad = medianOf(own, kept);
  for (let i = 0; i < count; i++) {
    const x = cells[i]! / mad / 1.4826;
    cells[i] = x > 3 ? 3 : x < -3 ? -3 : x;
  }
};

/** How much of a normal distribution's spread the ranks are given: qlib's `CSRankNorm`. */
export const RANK_SPREAD = 3.46;

/** (average rank / count − 0.5) · 3.46 (pandas' `rank(pct=True)`); infinities have their ranks. */
export const rankNormalize: SessionKernel = (cells, count) => {
  const sorted = new Float64Array(count);
  const kept = compact(cells, count, sorted);
  sorted.subarray(0, kept).sort();
  for (let i = 0; i < count; i++) {
    const x = cells[i]!;
    if (Number.isNaN(x)) continue;
    let [low, high] = [0, kept];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < x) low = middle + 1;
      else high = middle;
    }
    let upTo = low + 1;
    while (upTo < kept && sorted[upTo] === x) upTo++;
    cells[i] = ((low + 1 + upTo) / 2 / kept - 0.5) * RANK_SPREAD;
  }
};

/** NaN becomes the session's mean; infinities take part, as in pandas' `fillna(mean)`. */
export const fillWithMean: SessionKernel = (cells, count) => {
  const { mean } = momentsOf(cells, count);
  if (Number.isNaN(mean)) return;
  for (let i = 0; i < count; i++) if (Number.isNaN(cells[i]!)) cells[i] = mean;
};

/** An infinity becomes the mean of the finite cells, NaN where there is none: qlib's `ProcessInf`. */
export const replaceInfinities: SessionKernel = (cells, count) => {
  let [sum, finite, infinite] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(cells[i]!)) {
      sum += cells[i]!;
      finite++;
    } else if (!Number.isNaN(cells[i]!)) infinite++;
  }
  if (infinite === 0) return;
  const mean = sum / finite;
  for (let i = 0; i < count; i++) {
    if (cells[i] === Number.POSITIVE_INFINITY || cells[i] === Number.NEGATIVE_INFINITY) cells[i] = mean;
  }
};

interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** Of the cells that are no NaN; `std` with ddof 1. */
export function momentsOf(cells: Cells, count: number): Moments {
  let i = 0;
  while (i < count && Number.isNaN(cells[i]!)) i++;
  const pivot = i < count ? cells[i]! : Number.NaN;
  let [n, sum] = [0, 0];
  for (; i < count; i++) {
    const d = cells[i]! - pivot;
    if (Number.isNaN(cells[i]!)) continue;
    sum += d;
    n++;
  }
  const level = sum / n;
  let squares = 0;
  for (i = 0; i < count; i++) {
    if (Number.isNaN(cells[i]!)) continue;
    const d = cells[i]! - pivot - level;
    squares += d * d;
  }
  return { mean: pivot + level, std: Math.sqrt(squares / (n - 1)) };
}

/** Copies the cells that are no NaN and gives how many. */
export function compact(cells: Cells, count: number, to: Cells): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    to[kept] = cells[i]!;
    kept += !Number.isNaN(cells[i]!) ? 1 : 0;
  }
  return kept;
}
