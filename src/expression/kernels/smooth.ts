import { EXPANDING, firstBoundary, isPresent } from "./missing.js";

/** Exponential mean (pandas `ewm(alpha, min_periods=1).mean()`, adjusted, missing cells keep their time). */
export function exponentialMean(x: Float64Array, n: number, alpha: number, out: Float64Array): void {
  const keep = 1 - alpha;
  let mean = Number.NaN;
  let weight = 1;
  for (let t = 0; t < n; t++) {
    const value = x[t]!;
    const present = isPresent(value);
    if (Number.isNaN(mean)) {
      if (present) mean = value;
    } else {
      weight *= keep;
      if (present) {
        if (mean !== value) mean = (weight * mean + value) / (weight + 1);
        weight += 1;
      }
    }
    out[t] = mean;
  }
}

/**
 * qlib's `EMA(x, 0)`: at every position the exponential mean of span L over the L cells so far. The weights change
 * with L, so each position costs L steps. Weights of missing cells are not redistributed (`nansum`), as in qlib;
 * with `redistribute` they are.
 */
export function expandingExponentialMean(
  x: Float64Array,
  n: number,
  redistribute: boolean,
  out: Float64Array,
): void {
  let seen = false;
  for (let t = 0; t < n; t++) {
    seen ||= isPresent(x[t]!);
    const keep = 1 - 2 / (2 + t);
    let sum = 0;
    let total = 0;
    let weight = 1;
    for (let i = t; i >= 0 && weight > 0; i--) {
      const value = x[i]!;
      const present = isPresent(value);
      if (present) sum += weight * value;
      if (present || !redistribute) total += weight;
      weight *= keep;
    }
    out[t] = seen ? sum / total : Number.NaN;
  }
}

/**
 * Linearly weighted mean, weights 1..L over a window of L positions. qlib's `WMA` takes `nanmean(w * x)` with the
 * weights scaled to sum 1, that is it divides the weighted mean once more by the number of present cells;
 * `proper` divides by the weights of the present cells instead.
 */
export function weightedMean(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  proper: boolean,
  out: Float64Array,
): void {
  const reach = Math.min(window, n) + 1;
  // One record of four sums a position: count, Σj, Σx, Σj·x with j counted from the block's first position.
  const tail = new Float64Array(reach * 4);
  let boundary = firstBoundary(window, origin);
  for (let t = 0; t < n; ) {
    const end = Math.min(n, boundary);
    const low = Math.max(0, t - window + 1);
    let [c, sj, sx, sjx] = [0, 0, 0, 0];
    tail.fill(0, (t - low) * 4, (t - low) * 4 + 4);
    for (let k = t - 1; k >= low; k--) {
      const value = x[k]!;
      if (isPresent(value)) {
        c++;
        sj += k - t;
        sx += value;
        sjx += (k - t) * value;
      }
      const at = (k - low) * 4;
      tail[at] = c;
      tail[at + 1] = sj;
      tail[at + 2] = sx;
      tail[at + 3] = sjx;
    }
    [c, sj, sx, sjx] = [0, 0, 0, 0];
    for (let k = t; k < end; k++) {
      const value = x[k]!;
      if (isPresent(value)) {
        c++;
        sj += k - t;
        sx += value;
        sjx += (k - t) * value;
      }
      const start = Math.max(0, k - window + 1);
      const at = (start - low) * 4;
      const count = c + tail[at]!;
      const shift = t - start + 1; // the weight of position j is j + shift
      const sum = sjx + tail[at + 3]! + shift * (sx + tail[at + 2]!);
      const length = k - start + 1;
      if (count === 0) out[k] = Number.NaN;
      else if (proper) out[k] = sum / (sj + tail[at + 1]! + shift * count);
      else out[k] = sum / ((length * (length + 1)) / 2) / count;
    }
    t = end;
    boundary += window;
  }
}

/** Mean absolute deviation from the mean over the present cells of the window; costs one pass of the window a step. */
export function meanAbsoluteDeviation(x: Float64Array, n: number, window: number, out: Float64Array): void {
  for (let t = 0; t < n; t++) {
    const low = window >= EXPANDING ? 0 : Math.max(0, t - window + 1);
    let sum = 0;
    let count = 0;
    for (let i = low; i <= t; i++) {
      const value = x[i]!;
      if (isPresent(value)) {
        sum += value;
        count++;
      }
    }
    const mean = sum / count;
    let deviation = 0;
    for (let i = low; i <= t; i++) {
      const value = x[i]!;
      if (isPresent(value)) deviation += Math.abs(value - mean);
    }
    out[t] = deviation / count;
  }
}
