import { firstBoundary, isPresent } from "./missing.js";
import { rollingMoments } from "./moments.js";
import { FLAT_STD } from "./trend.js";

/** Which of the pair's moments are wanted; each array holds one value a position. */
export interface PairOutputs {
  readonly corr?: Float64Array | undefined;
  readonly cov?: Float64Array | undefined;
}

/**
 * Rolling correlation and sample covariance (ddof 1) over the positions where both cells are present (pandas
 * `corr`, `cov`); NaN with fewer than two such positions. As qlib's `Corr` does, the correlation is NaN where the
 * std of either side's own cells is about 0.
 */
export function rollingPairs(
  x: Float64Array,
  y: Float64Array,
  n: number,
  window: number,
  origin: number,
  flat: boolean,
  out: PairOutputs,
): void {
  const alike = sameCells(x, y, n);
  pairMoments(x, y, n, window, origin, flat && alike ? FLAT_STD * FLAT_STD : -1, out);
  if (out.corr === undefined || !flat || alike) return;
  // Cells missing on one side only: each side's std runs over more cells than the pair has.
  const std = new Float64Array(n);
  for (const side of [x, y]) {
    rollingMoments(side, n, window, origin, { std });
    for (let t = 0; t < n; t++) if (std[t]! <= FLAT_STD) out.corr[t] = Number.NaN;
  }
}

function sameCells(x: Float64Array, y: Float64Array, n: number): boolean {
  for (let t = 0; t < n; t++) if (isPresent(x[t]!) !== isPresent(y[t]!)) return false;
  return true;
}

function pairMoments(
  x: Float64Array,
  y: Float64Array,
  n: number,
  window: number,
  origin: number,
  flatVariance: number,
  out: PairOutputs,
): void {
  const reach = Math.min(window, n) + 1;
  // One record of six sums a position: count, Σa, Σb, Σa², Σb², Σab.
  const tail = new Float64Array(reach * 6);
  const { corr, cov } = out;
  let boundary = firstBoundary(window, origin);
  let last = -1;
  for (let t = 0; t < n; ) {
    if (t === boundary) boundary += window;
    let anchor = t;
    let stop = Math.min(n, boundary);
    let count = 0;
    if (!isPresent(x[t]! - x[t]! + y[t]!)) {
      stop = t + 1;
      anchor = last;
      count = 1;
      if (last < 0 || last <= t - window) {
        corr?.fill(Number.NaN, t, stop);
        cov?.fill(Number.NaN, t, stop);
        t = stop;
        continue;
      }
    }
    const low = Math.max(0, (count === 1 ? t : anchor) - window + 1);
    const pivotX = x[anchor]!;
    const pivotY = y[anchor]!;
    let c = 0;
    let sx = 0;
    let sy = 0;
    let sxx = 0;
    let syy = 0;
    let sxy = 0;
    tail.fill(0, (anchor - low) * 6, (anchor - low) * 6 + 6);
    for (let i = anchor - 1; i >= low; i--) {
      const a = x[i]! - pivotX;
      const b = y[i]! - pivotY;
      if (isPresent(a) && isPresent(b)) {
        c++;
        sx += a;
        sy += b;
        sxx += a * a;
        syy += b * b;
        sxy += a * b;
      }
      const at = (i - low) * 6;
      tail[at] = c;
      tail[at + 1] = sx;
      tail[at + 2] = sy;
      tail[at + 3] = sxx;
      tail[at + 4] = syy;
      tail[at + 5] = sxy;
    }
    sx = 0;
    sy = 0;
    sxx = 0;
    syy = 0;
    sxy = 0;
    for (let k = t; k < stop; k++) {
      const a = x[k]! - pivotX;
      const b = y[k]! - pivotY;
      if (isPresent(a) && isPresent(b)) {
        count++;
        sx += a;
        sy += b;
        sxx += a * a;
        syy += b * b;
        sxy += a * b;
        last = k;
      }
      const start = k - window + 1 - low;
      const at = start < 0 ? 0 : start * 6;
      const m = count + tail[at]!;
      const wx = sx + tail[at + 1]!;
      const wy = sy + tail[at + 2]!;
      const share = 1 / m;
      const cross = sxy + tail[at + 5]! - wx * wy * share;
      if (cov !== undefined) cov[k] = m < 2 ? Number.NaN : cross / (m - 1);
      if (corr !== undefined) {
        const vx = sxx + tail[at + 3]! - wx * wx * share;
        const vy = syy + tail[at + 4]! - wy * wy * share;
        const least = flatVariance * (m - 1);
        corr[k] = vx > least && vy > least && vx > 0 && vy > 0 ? cross / Math.sqrt(vx * vy) : Number.NaN;
      }
    }
    t = stop;
  }
}
