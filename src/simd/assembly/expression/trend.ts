import { cellAt, firstBoundary, MISSING, only, oneWhere, present, putCell, ZERO } from "./pair";

/** Bytes of a position's record in the tail: count, Σd, Σd², Σj·d, Σj, Σj², each for two lanes. */
const RECORD = 96;

/**
 * The least-squares line of the present cells over their positions in the window: slope per position, R², and the
 * residual of the last cell (qlib `rolling_slope`, `rolling_rsquare`, `rolling_resi`). NaN with fewer than two
 * cells; the residual also where the last cell is missing; R² where the variance is at most `flat` (-1 for none).
 * Sums and pivots as in `rollingMoments`, positions j counted from the stretch's first.
 */
export function rollingTrend(
  x: usize, n: i32, window: i32, origin: i32, tail: usize,
  flat: f64, slope: usize, rsquare: usize, resi: usize,
): void {
  const least = f64x2.splat(flat);
  const one = f64x2.splat(1);
  let boundary = firstBoundary(window, origin);
  let held = ZERO;
  for (let t = 0; t < n; ) {
    const end = min(n, boundary);
    const low = max(0, t - window + 1);
    const opening = cellAt(x, t);
    let waits = v128.not(present(opening));
    let waiting = v128.any_true(waits);
    let pivot = v128.bitselect(held, opening, waits);
    let count = ZERO;
    let sum1 = ZERO;
    let sum2 = ZERO;
    let sumJ1 = ZERO;
    let sumJ = ZERO;
    let sumJJ = ZERO;
    let at = tail + <usize>(t - low) * RECORD;
    memory.fill(at, 0, RECORD);
    for (let i = t - 1; i >= low; i--) {
      const d = f64x2.sub(cellAt(x, i), pivot);
      const here = present(d);
      const kept = only(d, here);
      const j = only(f64x2.splat(<f64>(i - t)), here);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, f64x2.mul(kept, kept));
      sumJ1 = f64x2.add(sumJ1, f64x2.mul(j, kept));
      sumJ = f64x2.add(sumJ, j);
      sumJJ = f64x2.add(sumJJ, f64x2.mul(j, j));
      at -= RECORD;
      v128.store(at, count);
      v128.store(at, sum1, 16);
      v128.store(at, sum2, 32);
      v128.store(at, sumJ1, 48);
      v128.store(at, sumJ, 64);
      v128.store(at, sumJJ, 80);
    }
    count = ZERO;
    sum1 = ZERO;
    sum2 = ZERO;
    sumJ1 = ZERO;
    sumJ = ZERO;
    sumJJ = ZERO;
    for (let k = t; k < end; k++) {
      const cell = cellAt(x, k);
      if (waiting) {
        const comes = v128.and(waits, present(cell));
        if (v128.any_true(comes)) {
          pivot = v128.bitselect(cell, pivot, comes);
          waits = v128.andnot(waits, comes);
          waiting = v128.any_true(waits);
          if (i64x2.extract_lane(comes, 0)) turnTail(x, t, low, k, tail);
          if (i64x2.extract_lane(comes, 1)) turnTail(x + 8, t, low, k, tail + 8);
        }
      }
      const d = f64x2.sub(cell, pivot);
      const here = present(d);
      const kept = only(d, here);
      const place = f64x2.splat(<f64>(k - t));
      const j = only(place, here);
      held = v128.bitselect(cell, held, here);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, f64x2.mul(kept, kept));
      sumJ1 = f64x2.add(sumJ1, f64x2.mul(j, kept));
      sumJ = f64x2.add(sumJ, j);
      sumJJ = f64x2.add(sumJJ, f64x2.mul(j, j));
      const suffix = tail + <usize>max(0, k - window + 1 - low) * RECORD;
      const m = f64x2.add(count, v128.load(suffix));
      const s1 = f64x2.add(sum1, v128.load(suffix, 16));
      const sj = f64x2.add(sumJ, v128.load(suffix, 64));
      // Spreads and products are m times as large as they are called, and exact where the sums are.
      const spreadJ = f64x2.sub(f64x2.mul(m, f64x2.add(sumJJ, v128.load(suffix, 80))), f64x2.mul(sj, sj));
      const cross = f64x2.sub(f64x2.mul(m, f64x2.add(sumJ1, v128.load(suffix, 48))), f64x2.mul(sj, s1));
      const b = v128.bitselect(f64x2.div(cross, spreadJ), MISSING, f64x2.gt(m, one));
      if (slope) putCell(slope, k, b);
      if (resi) {
        const above = f64x2.sub(f64x2.mul(m, d), s1); // the mean, m times
        const along = f64x2.mul(b, f64x2.sub(f64x2.mul(m, place), sj));
        putCell(resi, k, v128.bitselect(f64x2.div(f64x2.sub(above, along), m), MISSING, here));
      }
      if (rsquare) {
        const spread = f64x2.sub(f64x2.mul(m, f64x2.add(sum2, v128.load(suffix, 32))), f64x2.mul(s1, s1));
        const variance = f64x2.div(spread, f64x2.mul(m, f64x2.sub(m, one)));
        const varies = v128.and(f64x2.gt(variance, least), f64x2.gt(spread, ZERO));
        const share = f64x2.div(f64x2.mul(cross, cross), f64x2.mul(spreadJ, spread));
        putCell(rsquare, k, v128.bitselect(share, MISSING, varies));
      }
    }
    t = end;
    boundary += window;
  }
}

/** Makes one lane's records of the positions [low, t) anew, around its cell `pivotAt`. */
function turnTail(x: usize, t: i32, low: i32, pivotAt: i32, tail: usize): void {
  const pivot = f64.load(x + (<usize>pivotAt << 4));
  let sum1: f64 = 0;
  let sum2: f64 = 0;
  let sumJ1: f64 = 0;
  for (let i = t - 1; i >= low; i--) {
    const d = f64.load(x + (<usize>i << 4)) - pivot;
    if (d - d == 0) {
      sum1 += d;
      sum2 += d * d;
      sumJ1 += <f64>(i - t) * d;
    }
    // Which cells are present, and where, does not hang on the pivot.
    const at = tail + <usize>(i - low) * RECORD;
    f64.store(at, sum1, 16);
    f64.store(at, sum2, 32);
    f64.store(at, sumJ1, 48);
  }
}
