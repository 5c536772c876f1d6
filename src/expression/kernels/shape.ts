import { firstBoundary, isPresent } from "./missing.js";

/** Skewness and excess kurtosis, each one value a position. */
export interface ShapeOutputs {
  readonly skew?: Float64Array | undefined;
  readonly kurt?: Float64Array | undefined;
}

/**
 * Rolling sample skewness (three cells at least) and excess kurtosis (four at least), as pandas `skew` and `kurt`:
 * a constant window gives 0 and -3. pandas also gives NaN where the population variance is at most `floor`
 * (1e-14), which drops small but honest numbers; `floor` 0 keeps them.
 */
export function rollingShape(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  floor: number,
  out: ShapeOutputs,
): void {
  const reach = Math.min(window, n) + 1;
  // One record of five sums a position: count, Σd, Σd², Σd³, Σd⁴.
  const tail = new Float64Array(reach * 5);
  const { skew, kurt } = out;
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
        skew?.fill(Number.NaN, t, stop);
        kurt?.fill(Number.NaN, t, stop);
        t = stop;
        continue;
      }
    }
    const low = Math.max(0, (count === 1 ? t : anchor) - window + 1);
    const pivot = x[anchor]!;
    let c = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    tail.fill(0, (anchor - low) * 5, (anchor - low) * 5 + 5);
    for (let i = anchor - 1; i >= low; i--) {
      const d = x[i]! - pivot;
      if (isPresent(d)) {
        const dd = d * d;
        c++;
        s1 += d;
        s2 += dd;
        s3 += dd * d;
        s4 += dd * dd;
      }
      const at = (i - low) * 5;
      tail[at] = c;
      tail[at + 1] = s1;
      tail[at + 2] = s2;
      tail[at + 3] = s3;
      tail[at + 4] = s4;
    }
    s1 = 0;
    s2 = 0;
    s3 = 0;
    s4 = 0;
    for (let k = t; k < stop; k++) {
      const d = x[k]! - pivot;
      if (isPresent(d)) {
        const dd = d * d;
        count++;
        s1 += d;
        s2 += dd;
        s3 += dd * d;
        s4 += dd * dd;
        last = k;
      }
      const start = k - window + 1 - low;
      const at = start < 0 ? 0 : start * 5;
      const m = count + tail[at]!;
      const w1 = s1 + tail[at + 1]!;
      const a = w1 / m;
      const m2 = (s2 + tail[at + 2]!) / m;
      const m3 = (s3 + tail[at + 3]!) / m;
      const m4 = (s4 + tail[at + 4]!) / m;
      const b = m2 - a * a;
      const still = m2 === 0 && w1 === 0; // the pivot is a cell of the window: no deviation, all alike
      if (skew !== undefined) {
        const third = m3 - a * (3 * b + a * a);
        if (m < 3) skew[k] = Number.NaN;
        else if (still) skew[k] = 0;
        else if (b <= floor) skew[k] = Number.NaN;
        else skew[k] = (Math.sqrt(m * (m - 1)) / (m - 2)) * (third / (b * Math.sqrt(b)));
      }
      if (kurt !== undefined) {
        const fourth = m4 - a * (4 * m3 - a * (6 * m2 - 3 * a * a));
        if (m < 4) kurt[k] = Number.NaN;
        else if (still) kurt[k] = -3;
        else if (b <= floor) kurt[k] = Number.NaN;
        else kurt[k] = ((m * m - 1) * (fourth / (b * b)) - 3 * (m - 1) * (m - 1)) / ((m - 2) * (m - 3));
      }
    }
    t = stop;
  }
}
