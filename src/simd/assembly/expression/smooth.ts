import { cellAt, firstBoundary, MISSING, only, oneWhere, pairOf, present, putCell, ZERO } from "./pair";

/** Exponential mean (pandas `ewm(alpha, min_periods=1).mean()`, adjusted, missing cells keep their time). */
export function exponentialMean(x: usize, n: i32, alpha: f64, out: usize): void {
  const one = f64x2.splat(1);
  const keep = f64x2.splat(1 - alpha);
  let mean = MISSING;
  let weight = one;
  for (let k = 0; k < n; k++) {
    const cell = cellAt(x, k);
    const here = present(cell);
    const begun = f64x2.eq(mean, mean);
    const faded = f64x2.mul(weight, keep);
    const heavier = f64x2.add(faded, one);
    const blended = f64x2.div(f64x2.add(f64x2.mul(faded, mean), cell), heavier);
    // A cell equal to the mean leaves it as it is, without a rounding.
    const moves = v128.and(v128.and(here, begun), f64x2.ne(mean, cell));
    const starts = v128.andnot(here, begun);
    weight = v128.bitselect(v128.bitselect(heavier, faded, here), weight, begun);
    mean = v128.bitselect(blended, v128.bitselect(cell, mean, starts), moves);
    putCell(out, k, mean);
  }
}

/**
 * qlib's `EMA(x, 0)`: at every position the exponential mean of span L over the L cells so far. The weights change
 * with L, so each position costs L steps. Weights of missing cells are not redistributed (`nansum`), as in qlib;
 * with `redistribute` they are.
 */
export function expandingExponentialMean(
  x: usize, n: i32, redistribute: bool, start0: i32, start1: i32, out: usize,
): void {
  expandingLane(x, n, redistribute, start0, out);
  expandingLane(x + 8, n, redistribute, start1, out + 8);
}

function expandingLane(x: usize, n: i32, redistribute: bool, start: i32, out: usize): void {
  let seen = false;
  for (let k = 0; k < start; k++) f64.store(out + (<usize>k << 4), NaN);
  for (let k = start; k < n; k++) {
    const latest = f64.load(x + (<usize>k << 4));
    seen = seen || latest - latest == 0;
    const keep = 1 - 2 / <f64>(2 + k - start);
    let sum: f64 = 0;
    let total: f64 = 0;
    let weight: f64 = 1;
    for (let i = k; i >= start && weight > 0; i--) {
      const cell = f64.load(x + (<usize>i << 4));
      const here = cell - cell == 0;
      if (here) sum += weight * cell;
      if (here || !redistribute) total += weight;
      weight *= keep;
    }
    f64.store(out + (<usize>k << 4), seen ? sum / total : NaN);
  }
}

/** Bytes of a position's record in the tail: count, Σj, Σx, Σj·x, each for two lanes. */
const RECORD = 64;

/**
 * Linearly weighted mean, weights 1..L over a window of L positions. qlib's `WMA` takes `nanmean(w * x)` with the
 * weights scaled to sum 1, that is it divides the weighted mean once more by the number of present cells;
 * `proper` divides by the weights of the present cells instead. Positions j are counted from the stretch's first.
 */
export function weightedMean(
  x: usize, n: i32, window: i32, origin: i32, tail: usize, start0: i32, start1: i32, proper: bool, out: usize,
): void {
  let boundary = firstBoundary(window, origin);
  for (let t = 0; t < n; ) {
    const end = min(n, boundary);
    const low = max(0, t - window + 1);
    let count = ZERO;
    let sumJ = ZERO;
    let sum = ZERO;
    let sumJX = ZERO;
    let at = tail + <usize>(t - low) * RECORD;
    memory.fill(at, 0, RECORD);
    for (let i = t - 1; i >= low; i--) {
      const cell = cellAt(x, i);
      const here = present(cell);
      const kept = only(cell, here);
      const j = f64x2.splat(<f64>(i - t));
      count = f64x2.add(count, oneWhere(here));
      sumJ = f64x2.add(sumJ, only(j, here));
      sum = f64x2.add(sum, kept);
      sumJX = f64x2.add(sumJX, f64x2.mul(j, kept));
      at -= RECORD;
      v128.store(at, count);
      v128.store(at, sumJ, 16);
      v128.store(at, sum, 32);
      v128.store(at, sumJX, 48);
    }
    count = ZERO;
    sumJ = ZERO;
    sum = ZERO;
    sumJX = ZERO;
    for (let k = t; k < end; k++) {
      const cell = cellAt(x, k);
      const here = present(cell);
      const kept = only(cell, here);
      const j = f64x2.splat(<f64>(k - t));
      count = f64x2.add(count, oneWhere(here));
      sumJ = f64x2.add(sumJ, only(j, here));
      sum = f64x2.add(sum, kept);
      sumJX = f64x2.add(sumJX, f64x2.mul(j, kept));
      const from = k - window + 1;
      const suffix = tail + <usize>max(0, from - low) * RECORD;
      const m = f64x2.add(count, v128.load(suffix));
      const first0 = max(from, start0);
      const first1 = max(from, start1);
      // The weight of position j is j + lift.
      const lift = pairOf(<f64>(t - first0 + 1), <f64>(t - first1 + 1));
      const weighted = f64x2.add(
        f64x2.add(sumJX, v128.load(suffix, 48)),
        f64x2.mul(lift, f64x2.add(sum, v128.load(suffix, 32))),
      );
      let mean: v128;
      if (proper) {
        const weights = f64x2.add(f64x2.add(sumJ, v128.load(suffix, 16)), f64x2.mul(lift, m));
        mean = f64x2.div(weighted, weights);
      } else {
        const length = pairOf(<f64>(k - first0 + 1), <f64>(k - first1 + 1));
        const all = f64x2.mul(f64x2.mul(length, f64x2.add(length, f64x2.splat(1))), f64x2.splat(0.5));
        mean = f64x2.div(f64x2.div(weighted, all), m);
      }
      putCell(out, k, v128.bitselect(mean, MISSING, f64x2.gt(m, ZERO)));
    }
    t = end;
    boundary += window;
  }
}

/** Mean absolute deviation from the mean over the present cells of the window; costs two looks at it a step. */
export function meanAbsoluteDeviation(x: usize, n: i32, window: i32, out: usize): void {
  for (let k = 0; k < n; k++) {
    const low = max(0, k - window + 1);
    let sum = ZERO;
    let count = ZERO;
    for (let i = low; i <= k; i++) {
      const cell = cellAt(x, i);
      const here = present(cell);
      sum = f64x2.add(sum, only(cell, here));
      count = f64x2.add(count, oneWhere(here));
    }
    const mean = f64x2.div(sum, count);
    let deviation = ZERO;
    for (let i = low; i <= k; i++) {
      const apart = f64x2.sub(cellAt(x, i), mean);
      deviation = f64x2.add(deviation, only(f64x2.abs(apart), present(apart)));
    }
    putCell(out, k, f64x2.div(deviation, count));
  }
}
