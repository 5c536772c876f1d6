import { firstBoundary, isPresent } from "./missing.js";

/**
 * Rolling sum over the last `window` positions, missing cells skipped, NaN where none is present
 * (pandas `rolling(window, min_periods=1).sum()`).
 *
 * A window that reaches over a block boundary is a suffix of the block before plus a prefix of the present one.
 * Both are built by addition alone, so nothing that left the window can leave a rounding error behind.
 */
export function rollingSum(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  out: Float64Array,
): void {
  const reach = Math.min(window, n);
  const tail = new Float64Array(reach + 1);
  const tailCount = new Int32Array(reach + 1);
  let boundary = firstBoundary(window, origin);
  for (let t = 0; t < n; ) {
    const end = Math.min(n, boundary);
    const low = Math.max(0, t - window + 1);
    let sum = 0;
    let count = 0;
    tail[t - low] = 0;
    tailCount[t - low] = 0;
    for (let i = t - 1; i >= low; i--) {
      const value = x[i]!;
      if (isPresent(value)) {
        sum += value;
        count++;
      }
      tail[i - low] = sum;
      tailCount[i - low] = count;
    }
    sum = 0;
    count = 0;
    for (let k = t; k < end; k++) {
      const value = x[k]!;
      if (isPresent(value)) {
        sum += value;
        count++;
      }
      const start = k - window + 1 - low;
      const q = start < 0 ? 0 : start;
      out[k] = count + tailCount[q]! === 0 ? Number.NaN : sum + tail[q]!;
    }
    t = end;
    boundary += window;
  }
}

/** Rolling mean of a column that holds small whole numbers and no NaN (a condition): a running sum is exact. */
export function rollingWholeMean(x: Float64Array, n: number, window: number, out: Float64Array): void {
  const head = Math.min(window, n);
  let sum = 0;
  for (let t = 0; t < head; t++) {
    sum += x[t]!;
    out[t] = sum / (t + 1);
  }
  for (let t = head; t < n; t++) {
    sum += x[t]! - x[t - window]!;
    out[t] = sum / window;
  }
}

/** Rolling count of the cells that are not NaN (pandas `count`: an infinity counts, and an empty window gives 0). */
export function rollingCount(x: Float64Array, n: number, window: number, out: Float64Array): void {
  let count = 0;
  for (let t = 0; t < n; t++) {
    if (!Number.isNaN(x[t]!)) count++;
    if (t >= window && !Number.isNaN(x[t - window]!)) count--;
    out[t] = count;
  }
}
