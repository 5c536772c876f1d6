import { cellAt, firstBoundary, MISSING, only, oneWhere, present, putCell, ZERO } from "./pair";

/** Bytes of a position's record in the tail: count, Σd, Σd², Σd³, Σd⁴, each for two lanes. */
const RECORD = 80;

/**
 * Rolling sample skewness (three cells at least) and excess kurtosis (four at least), as pandas `skew` and `kurt`:
 * a constant window gives 0 and -3. pandas also gives NaN where the population variance is at most `floor`
 * (1e-14), which drops small but honest numbers; `floor` 0 keeps them. Sums and pivots as in `rollingMoments`.
 */
export function rollingShape(
  x: usize, n: i32, window: i32, origin: i32, tail: usize,
  floor: f64, skew: usize, kurt: usize,
): void {
  const least = f64x2.splat(floor);
  const one = f64x2.splat(1);
  const two = f64x2.splat(2);
  const three = f64x2.splat(3);
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
    let sum3 = ZERO;
    let sum4 = ZERO;
    let at = tail + <usize>(t - low) * RECORD;
    memory.fill(at, 0, RECORD);
    for (let i = t - 1; i >= low; i--) {
      const d = f64x2.sub(cellAt(x, i), pivot);
      const here = present(d);
      const kept = only(d, here);
      const square = f64x2.mul(kept, kept);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, square);
      sum3 = f64x2.add(sum3, f64x2.mul(square, kept));
      sum4 = f64x2.add(sum4, f64x2.mul(square, square));
      at -= RECORD;
      v128.store(at, count);
      v128.store(at, sum1, 16);
      v128.store(at, sum2, 32);
      v128.store(at, sum3, 48);
      v128.store(at, sum4, 64);
    }
    count = ZERO;
    sum1 = ZERO;
    sum2 = ZERO;
    sum3 = ZERO;
    sum4 = ZERO;
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
      const square = f64x2.mul(kept, kept);
      held = v128.bitselect(cell, held, here);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, square);
      sum3 = f64x2.add(sum3, f64x2.mul(square, kept));
      sum4 = f64x2.add(sum4, f64x2.mul(square, square));
      const suffix = tail + <usize>max(0, k - window + 1 - low) * RECORD;
      const m = f64x2.add(count, v128.load(suffix));
      const w1 = f64x2.add(sum1, v128.load(suffix, 16));
      const w2 = f64x2.add(sum2, v128.load(suffix, 32));
      const w3 = f64x2.add(sum3, v128.load(suffix, 48));
      const w4 = f64x2.add(sum4, v128.load(suffix, 64));
      // Central moments of the second, third and fourth order, m², m³ and m⁴ times: exact where the sums are.
      const w11 = f64x2.mul(w1, w1);
      const second = f64x2.sub(f64x2.mul(m, w2), w11);
      const mm = f64x2.mul(m, m);
      const still = v128.and(f64x2.eq(w2, ZERO), f64x2.eq(w1, ZERO)); // the pivot is a cell of it: all are alike
      const lost = f64x2.le(second, f64x2.mul(least, mm));
      if (skew) {
        // m² S3 - S1 (3 m S2 - 2 S1²)
        const inner = f64x2.sub(f64x2.mul(three, f64x2.mul(m, w2)), f64x2.mul(two, w11));
        const third = f64x2.sub(f64x2.mul(mm, w3), f64x2.mul(w1, inner));
        const scale = f64x2.div(f64x2.sqrt(f64x2.mul(m, f64x2.sub(m, one))), f64x2.sub(m, two));
        let s = f64x2.mul(scale, f64x2.div(third, f64x2.mul(second, f64x2.sqrt(second))));
        s = v128.bitselect(MISSING, s, lost);
        s = v128.bitselect(ZERO, s, still);
        putCell(skew, k, v128.bitselect(MISSING, s, f64x2.lt(m, three)));
      }
      if (kurt) {
        // m³ S4 - S1 (4 m² S3 - S1 (6 m S2 - 3 S1²))
        const inner = f64x2.sub(f64x2.mul(f64x2.splat(6), f64x2.mul(m, w2)), f64x2.mul(three, w11));
        const middle = f64x2.sub(f64x2.mul(f64x2.splat(4), f64x2.mul(mm, w3)), f64x2.mul(w1, inner));
        const fourth = f64x2.sub(f64x2.mul(f64x2.mul(mm, m), w4), f64x2.mul(w1, middle));
        const less = f64x2.sub(m, one);
        const above = f64x2.mul(f64x2.sub(mm, one), f64x2.div(fourth, f64x2.mul(second, second)));
        const below = f64x2.mul(f64x2.sub(m, two), f64x2.sub(m, three));
        let q = f64x2.div(f64x2.sub(above, f64x2.mul(three, f64x2.mul(less, less))), below);
        q = v128.bitselect(MISSING, q, lost);
        q = v128.bitselect(f64x2.splat(-3), q, still);
        putCell(kurt, k, v128.bitselect(MISSING, q, f64x2.lt(m, f64x2.splat(4))));
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
  let sum3: f64 = 0;
  let sum4: f64 = 0;
  for (let i = t - 1; i >= low; i--) {
    const d = f64.load(x + (<usize>i << 4)) - pivot;
    if (d - d == 0) {
      const square = d * d;
      sum1 += d;
      sum2 += square;
      sum3 += square * d;
      sum4 += square * square;
    }
    // Which cells are present does not hang on the pivot.
    const at = tail + <usize>(i - low) * RECORD;
    f64.store(at, sum1, 16);
    f64.store(at, sum2, 32);
    f64.store(at, sum3, 48);
    f64.store(at, sum4, 64);
  }
}
