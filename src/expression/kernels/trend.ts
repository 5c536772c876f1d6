import { firstBoundary, isPresent } from "./missing.js";

/** Which parts of the line through a window are wanted; each array holds one value a position. */
export interface TrendOutputs {
  readonly slope?: Float64Array | undefined;
  readonly rsquare?: Float64Array | undefined;
  readonly resi?: Float64Array | undefined;
}

/** A rolling std at or below this counts as 0 in qlib's `Rsquare` and `Corr` (`np.isclose(std, 0, atol=2e-05)`). */
export const FLAT_STD = 2e-5;

/**
 * The least-squares line of the present cells over their positions in the window: slope per position, R², and the
 * residual of the last cell (qlib `rolling_slope`, `rolling_rsquare`, `rolling_resi`). NaN with fewer than two
 * cells; the residual also where the last cell is missing; R² where the std is at most `flat` (pass -1 for none).
 *
 * Sums run over deviations from a pivot inside the window and positions counted from it (see `rollingMoments`).
 */
export function rollingTrend(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  flat: number,
  out: TrendOutputs,
): void {
  const reach = Math.min(window, n) + 1;
  // One record of six sums a position: count, Σd, Σd², Σj·d, Σj, Σj².
  const tail = new Float64Array(reach * 6);
  const { slope, rsquare, resi } = out;
  const flatVariance = flat < 0 ? -1 : flat * flat;
  let boundary = firstBoundary(window, origin);
  let last = -1;
  for (let t = 0; t < n; ) {
    if (t === boundary) boundary += window;
    let anchor = t;
    let stop = Math.min(n, boundary);
    let count = 0;
    if (!isPresent(x[t]!)) {
      stop = t + 1;
      anchor = last;
      count = 1;
      if (last < 0 || last <= t - window) {
        slope?.fill(Number.NaN, t, stop);
        rsquare?.fill(Number.NaN, t, stop);
        resi?.fill(Number.NaN, t, stop);
        t = stop;
        continue;
      }
    }
    const low = Math.max(0, (count === 1 ? t : anchor) - window + 1);
    const pivot = x[anchor]!;
    let c = 0;
    let s1 = 0;
    let s2 = 0;
    let sj1 = 0;
    let sj = 0;
    let sjj = 0;
    tail.fill(0, (anchor - low) * 6, (anchor - low) * 6 + 6);
    for (let i = anchor - 1; i >= low; i--) {
      const d = x[i]! - pivot;
      if (isPresent(d)) {
        const j = i - anchor;
        c++;
        s1 += d;
        s2 += d * d;
        sj1 += j * d;
        sj += j;
        sjj += j * j;
      }
      const at = (i - low) * 6;
      tail[at] = c;
      tail[at + 1] = s1;
      tail[at + 2] = s2;
      tail[at + 3] = sj1;
      tail[at + 4] = sj;
      tail[at + 5] = sjj;
    }
    s1 = 0;
    s2 = 0;
    sj1 = 0;
    sj = 0;
    sjj = 0;
    for (let k = t; k < stop; k++) {
      const d = x[k]! - pivot;
      const j = k - anchor;
      if (isPresent(d)) {
        count++;
        s1 += d;
        s2 += d * d;
        sj1 += j * d;
        sj += j;
        sjj += j * j;
        last = k;
      }
      const start = k - window + 1 - low;
      const at = start < 0 ? 0 : start * 6;
      const m = count + tail[at]!;
      const share = 1 / m;
      const level = (s1 + tail[at + 1]!) * share;
      const middle = (sj + tail[at + 4]!) * share;
      const spreadJ = sjj + tail[at + 5]! - middle * (sj + tail[at + 4]!);
      const cross = sj1 + tail[at + 3]! - middle * (s1 + tail[at + 1]!);
      const b = m < 2 ? Number.NaN : cross / spreadJ;
      if (slope !== undefined) slope[k] = b;
      if (resi !== undefined) resi[k] = isPresent(d) ? d - (level + b * (j - middle)) : Number.NaN;
      if (rsquare !== undefined) {
        const spread = s2 + tail[at + 2]! - level * (s1 + tail[at + 1]!);
        rsquare[k] = spread / (m - 1) > flatVariance && spread > 0 ? (b * cross) / spread : Number.NaN;
      }
    }
    t = stop;
  }
}
