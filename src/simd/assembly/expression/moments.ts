import { cellAt, firstBoundary, only, oneWhere, present, putCell, ZERO } from "./pair";

/** Bytes of a position's record in the tail: count, Σd, Σd², each for two lanes. */
const RECORD = 48;

/**
 * Rolling mean, sample standard deviation and variance (ddof 1) of the present cells: NaN where none is present,
 * or for std and variance fewer than two (pandas `mean`, `std`, `var`). An output at address 0 is not wanted.
 *
 * The sums run over deviations from a pivot that lies in every window it serves, so that a constant window has
 * variance 0 exactly and a large mean costs no digits: a stretch's first cell, which all its windows hold. Results are
 * quotients of whole sums, which do not depend on the pivot where these are exact: equal windows of prices or counts
 * give equal bits, so that `Rank` and `==` find them equal wherever a stretch begins. A lane
 * where that is missing starts with its last cell before, and turns to its first in the stretch when that comes.
 * Windows over a stretch boundary are suffix plus prefix, as in `rollingSum`. The frame of this loop stands again in
 * `shape`, `pairs` and `trend`, each with its own sums as local variables, without a call a cell.
 */
export function rollingMoments(
  x: usize, n: i32, window: i32, origin: i32, tail: usize,
  mean: usize, std: usize, variance: usize,
): void {
  const spreads = std != 0 || variance != 0;
  let boundary = firstBoundary(window, origin);
  let held = ZERO; // each lane's last present cell
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
    let at = tail + <usize>(t - low) * RECORD;
    v128.store(at, count);
    v128.store(at, sum1, 16);
    v128.store(at, sum2, 32);
    for (let i = t - 1; i >= low; i--) {
      const d = f64x2.sub(cellAt(x, i), pivot);
      const here = present(d);
      const kept = only(d, here);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, f64x2.mul(kept, kept));
      at -= RECORD;
      v128.store(at, count);
      v128.store(at, sum1, 16);
      v128.store(at, sum2, 32);
    }
    count = ZERO;
    sum1 = ZERO;
    sum2 = ZERO;
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
      held = v128.bitselect(cell, held, here);
      count = f64x2.add(count, oneWhere(here));
      sum1 = f64x2.add(sum1, kept);
      sum2 = f64x2.add(sum2, f64x2.mul(kept, kept));
      const suffix = tail + <usize>max(0, k - window + 1 - low) * RECORD;
      const m = f64x2.add(count, v128.load(suffix));
      const s1 = f64x2.add(sum1, v128.load(suffix, 16));
      const squares = f64x2.add(sum2, v128.load(suffix, 32));
      if (mean) {
        const level = f64x2.div(f64x2.add(f64x2.mul(pivot, m), s1), m);
        const still = v128.and(f64x2.eq(squares, ZERO), f64x2.eq(s1, ZERO)); // all cells are the pivot
        putCell(mean, k, v128.bitselect(pivot, level, v128.and(still, f64x2.gt(m, ZERO))));
      }
      if (spreads) {
        const spread = f64x2.pmax(f64x2.sub(f64x2.mul(m, squares), f64x2.mul(s1, s1)), ZERO);
        const v = f64x2.div(spread, f64x2.mul(m, f64x2.sub(m, f64x2.splat(1))));
        if (variance) putCell(variance, k, v);
        if (std) putCell(std, k, f64x2.sqrt(v));
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
  for (let i = t - 1; i >= low; i--) {
    const d = f64.load(x + (<usize>i << 4)) - pivot;
    if (d - d == 0) {
      sum1 += d;
      sum2 += d * d;
    }
    // Which cells are present does not hang on the pivot.
    const at = tail + <usize>(i - low) * RECORD;
    f64.store(at, sum1, 16);
    f64.store(at, sum2, 32);
  }
}
