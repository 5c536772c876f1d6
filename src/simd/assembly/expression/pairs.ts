import { cellAt, firstBoundary, MISSING, only, oneWhere, present, putCell, ZERO } from "./pair";
import { rollingMoments } from "./moments";

/** Bytes of a position's record in the tail: count, Σa, Σb, Σa², Σb², Σab, each for two lanes. */
const RECORD = 96;

/**
 * Rolling correlation and sample covariance (ddof 1) over the positions where both cells are present (pandas
 * `corr`, `cov`); NaN with fewer than two such positions. As qlib's `Corr` does, the correlation is NaN where the
 * std of either side's own cells is at most `flat`. An output at address 0 is not wanted.
 * @param std room for a series
 */
export function rollingPairs(
  x: usize, y: usize, n: i32, window: i32, origin: i32, tail: usize, std: usize,
  flat: f64, corr: usize, cov: usize,
): void {
  // Lanes whose two sides have the same cells missing: each side's own std is then the one of the pairs.
  let alike = f64x2.eq(ZERO, ZERO);
  for (let k = 0; k < n; k++) {
    alike = v128.andnot(alike, v128.xor(present(cellAt(x, k)), present(cellAt(y, k))));
  }
  const least = v128.bitselect(f64x2.splat(flat * flat), f64x2.splat(-1), alike);
  pairMoments(x, y, n, window, origin, tail, least, corr, cov);
  if (!corr || i64x2.all_true(alike)) return;
  for (let side = x, k = 0; k < 2; side = y, k++) {
    rollingMoments(side, n, window, origin, tail, 0, std, 0);
    for (let k = 0; k < n; k++) {
      const isFlat = v128.andnot(f64x2.le(cellAt(std, k), f64x2.splat(flat)), alike);
      putCell(corr, k, v128.bitselect(MISSING, cellAt(corr, k), isFlat));
    }
  }
}

/** Sums and pivots as in `rollingMoments`; a cell counts where it is present on both sides. */
function pairMoments(
  x: usize, y: usize, n: i32, window: i32, origin: i32, tail: usize,
  flatVariance: v128, corr: usize, cov: usize,
): void {
  const one = f64x2.splat(1);
  let boundary = firstBoundary(window, origin);
  let heldX = ZERO;
  let heldY = ZERO;
  for (let t = 0; t < n; ) {
    const end = min(n, boundary);
    const low = max(0, t - window + 1);
    const openingX = cellAt(x, t);
    const openingY = cellAt(y, t);
    let waits = v128.not(v128.and(present(openingX), present(openingY)));
    let waiting = v128.any_true(waits);
    let pivotX = v128.bitselect(heldX, openingX, waits);
    let pivotY = v128.bitselect(heldY, openingY, waits);
    let count = ZERO;
    let sumA = ZERO;
    let sumB = ZERO;
    let sumAA = ZERO;
    let sumBB = ZERO;
    let sumAB = ZERO;
    let at = tail + <usize>(t - low) * RECORD;
    memory.fill(at, 0, RECORD);
    for (let i = t - 1; i >= low; i--) {
      let a = f64x2.sub(cellAt(x, i), pivotX);
      let b = f64x2.sub(cellAt(y, i), pivotY);
      const here = v128.and(present(a), present(b));
      a = only(a, here);
      b = only(b, here);
      count = f64x2.add(count, oneWhere(here));
      sumA = f64x2.add(sumA, a);
      sumB = f64x2.add(sumB, b);
      sumAA = f64x2.add(sumAA, f64x2.mul(a, a));
      sumBB = f64x2.add(sumBB, f64x2.mul(b, b));
      sumAB = f64x2.add(sumAB, f64x2.mul(a, b));
      at -= RECORD;
      v128.store(at, count);
      v128.store(at, sumA, 16);
      v128.store(at, sumB, 32);
      v128.store(at, sumAA, 48);
      v128.store(at, sumBB, 64);
      v128.store(at, sumAB, 80);
    }
    count = ZERO;
    sumA = ZERO;
    sumB = ZERO;
    sumAA = ZERO;
    sumBB = ZERO;
    sumAB = ZERO;
    for (let k = t; k < end; k++) {
      const cellX = cellAt(x, k);
      const cellY = cellAt(y, k);
      if (waiting) {
        const comes = v128.and(waits, v128.and(present(cellX), present(cellY)));
        if (v128.any_true(comes)) {
          pivotX = v128.bitselect(cellX, pivotX, comes);
          pivotY = v128.bitselect(cellY, pivotY, comes);
          waits = v128.andnot(waits, comes);
          waiting = v128.any_true(waits);
          if (i64x2.extract_lane(comes, 0)) turnTail(x, y, t, low, k, tail);
          if (i64x2.extract_lane(comes, 1)) turnTail(x + 8, y + 8, t, low, k, tail + 8);
        }
      }
      let a = f64x2.sub(cellX, pivotX);
      let b = f64x2.sub(cellY, pivotY);
      const here = v128.and(present(a), present(b));
      a = only(a, here);
      b = only(b, here);
      heldX = v128.bitselect(cellX, heldX, here);
      heldY = v128.bitselect(cellY, heldY, here);
      count = f64x2.add(count, oneWhere(here));
      sumA = f64x2.add(sumA, a);
      sumB = f64x2.add(sumB, b);
      sumAA = f64x2.add(sumAA, f64x2.mul(a, a));
      sumBB = f64x2.add(sumBB, f64x2.mul(b, b));
      sumAB = f64x2.add(sumAB, f64x2.mul(a, b));
      const suffix = tail + <usize>max(0, k - window + 1 - low) * RECORD;
      const m = f64x2.add(count, v128.load(suffix));
      const wA = f64x2.add(sumA, v128.load(suffix, 16));
      const wB = f64x2.add(sumB, v128.load(suffix, 32));
      // Spreads and products are m times as large as they are called, and exact where the sums are.
      const scale = f64x2.mul(m, f64x2.sub(m, one));
      const cross = f64x2.sub(f64x2.mul(m, f64x2.add(sumAB, v128.load(suffix, 80))), f64x2.mul(wA, wB));
      if (cov) putCell(cov, k, v128.bitselect(f64x2.div(cross, scale), MISSING, f64x2.gt(m, one)));
      if (corr) {
        const vA = f64x2.sub(f64x2.mul(m, f64x2.add(sumAA, v128.load(suffix, 48))), f64x2.mul(wA, wA));
        const vB = f64x2.sub(f64x2.mul(m, f64x2.add(sumBB, v128.load(suffix, 64))), f64x2.mul(wB, wB));
        const least = f64x2.pmax(f64x2.mul(flatVariance, scale), ZERO);
        const varies = v128.and(f64x2.gt(vA, least), f64x2.gt(vB, least));
        const r = f64x2.div(cross, f64x2.sqrt(f64x2.mul(vA, vB)));
        putCell(corr, k, v128.bitselect(r, MISSING, varies));
      }
    }
    t = end;
    boundary += window;
  }
}

/** Makes one lane's records of the positions [low, t) anew, around its cells `pivotAt`. */
function turnTail(x: usize, y: usize, t: i32, low: i32, pivotAt: i32, tail: usize): void {
  const pivotX = f64.load(x + (<usize>pivotAt << 4));
  const pivotY = f64.load(y + (<usize>pivotAt << 4));
  let sumA: f64 = 0;
  let sumB: f64 = 0;
  let sumAA: f64 = 0;
  let sumBB: f64 = 0;
  let sumAB: f64 = 0;
  for (let i = t - 1; i >= low; i--) {
    const a = f64.load(x + (<usize>i << 4)) - pivotX;
    const b = f64.load(y + (<usize>i << 4)) - pivotY;
    if (a - a == 0 && b - b == 0) {
      sumA += a;
      sumB += b;
      sumAA += a * a;
      sumBB += b * b;
      sumAB += a * b;
    }
    const at = tail + <usize>(i - low) * RECORD;
    f64.store(at, sumA, 16);
    f64.store(at, sumB, 32);
    f64.store(at, sumAA, 48);
    f64.store(at, sumBB, 64);
    f64.store(at, sumAB, 80);
  }
}
