import { firstBoundary, isPresent } from "./missing.js";

/** Which moments a window needs; the arrays that are absent are not computed. Each holds one value a position. */
export interface MomentOutputs {
  readonly mean?: Float64Array | undefined;
  readonly std?: Float64Array | undefined;
  readonly variance?: Float64Array | undefined;
}

/**
 * Rolling mean, sample standard deviation and variance (ddof 1) of the present cells: NaN where none is present,
 * or for std and variance fewer than two (pandas `mean`, `std`, `var`).
 *
 * The sums run over deviations from a pivot that lies in every window it serves (the first present cell of the
 * block), so that a constant window has variance 0 exactly and a large mean costs no digits. Windows over a block
 * boundary are suffix plus prefix, as in `rollingSum`. The frame of this loop stands again in `shape`, `pairs` and
 * `trend`, each with its own sums as local variables, without a call a cell.
 */
export function rollingMoments(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  out: MomentOutputs,
): void {
  const reach = Math.min(window, n) + 1;
  const tail1 = new Float64Array(reach);
  const tail2 = new Float64Array(reach);
  const tailCount = new Int32Array(reach);
  const { mean, std, variance } = out;
  let boundary = firstBoundary(window, origin);
  let last = -1; // the last present cell before t
  for (let t = 0; t < n; ) {
    if (t === boundary) boundary += window;
    let anchor = t;
    let stop = Math.min(n, boundary);
    let head = 0;
    if (!isPresent(x[t]!)) {
      // No present cell in this block yet: the window ends in a gap, and its pivot is the last cell before.
      stop = t + 1;
      anchor = last;
      head = 1;
      if (last < 0 || last <= t - window) {
        mean?.fill(Number.NaN, t, stop);
        std?.fill(Number.NaN, t, stop);
        variance?.fill(Number.NaN, t, stop);
        t = stop;
        continue;
      }
    }
    const low = Math.max(0, (head === 1 ? t : anchor) - window + 1);
    const pivot = x[anchor]!;
    let sum1 = 0;
    let sum2 = 0;
    let count = 0;
    tail1[anchor - low] = 0;
    tail2[anchor - low] = 0;
    tailCount[anchor - low] = 0;
    for (let i = anchor - 1; i >= low; i--) {
      const d = x[i]! - pivot;
      if (isPresent(d)) {
        sum1 += d;
        sum2 += d * d;
        count++;
      }
      tail1[i - low] = sum1;
      tail2[i - low] = sum2;
      tailCount[i - low] = count;
    }
    sum1 = 0;
    sum2 = 0;
    count = head;
    for (let k = t; k < stop; k++) {
      const d = x[k]! - pivot;
      if (isPresent(d)) {
        sum1 += d;
        sum2 += d * d;
        count++;
        last = k;
      }
      const start = k - window + 1 - low;
      const q = start < 0 ? 0 : start;
      const m = count + tailCount[q]!;
      const s1 = sum1 + tail1[q]!;
      const level = s1 / m;
      if (mean !== undefined) mean[k] = pivot + level;
      if (std !== undefined || variance !== undefined) {
        const spread = sum2 + tail2[q]! - s1 * level;
        const v = (spread < 0 ? 0 : spread) / (m - 1);
        if (variance !== undefined) variance[k] = v;
        if (std !== undefined) std[k] = Math.sqrt(v);
      }
    }
    t = stop;
  }
}
