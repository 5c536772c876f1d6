import { cellAt, MISSING, oneWhere, pairOf, present, putCell, ZERO } from "./pair";
import { rollingOrderOfLane } from "./wide-order";

const TOP = f64x2.splat(Infinity);
/** Cells from which on look-ups in a window are faster than a look at each. */
const WIDE = 96;

/**
 * Rolling order statistics of the present cells (pandas `rank(pct=True)`, `median`, `quantile`). Each lane's window
 * is kept sorted, filled up with infinity. Up to a width every cell of it is looked at in each step, without a
 * branch: after the cell that leaves, cells move down by one, after the one that comes, up by one; what a branch
 * guessed wrong would cost is more than the look at 20 cells.
 * @param sorted room for `window` + 4 pairs, at most for n + 4
 * @param scores of the quantiles, whose outputs lie `stride` bytes apart
 * Outputs at address 0 are not wanted.
 */
export function rollingOrder(
  x: usize, n: i32, window: i32, sorted: usize,
  rank: usize, median: usize, quantiles: usize, scores: usize, quantileCount: i32,
): void {
  if (min(window, n) >= WIDE) {
    const rank1 = rank ? rank + 8 : 0;
    const median1 = median ? median + 8 : 0;
    rollingOrderOfLane(x, n, window, sorted, rank, median, 0, quantiles, scores, quantileCount);
    rollingOrderOfLane(x + 8, n, window, sorted, rank1, median1, 8, quantiles, scores, quantileCount);
    return;
  }
  const room = min(window, n) + 4;
  for (let i = 0; i < room; i++) putCell(sorted, i, TOP);
  let size0 = 0;
  let size1 = 0;
  for (let k = 0; k < n; k++) {
    const cell = cellAt(x, k);
    const comes = present(cell);
    const gone = k >= window ? cellAt(x, k - window) : MISSING;
    const goes = present(gone);
    let below = ZERO;
    let upTo = ZERO;
    const filled = max(size0, size1);
    if (v128.any_true(v128.or(comes, goes))) {
      const leaving = v128.bitselect(gone, TOP, goes);
      const coming = v128.bitselect(cell, TOP, comes);
      let last = f64x2.splat(-Infinity);
      let here = cellAt(sorted, 0);
      // Two cells a turn; what lies behind the last is infinite and stays so.
      for (let i = 0; i <= filled; i += 2) {
        const next = cellAt(sorted, i + 1);
        const after = cellAt(sorted, i + 2);
        const kept = v128.bitselect(here, next, f64x2.lt(here, leaving));
        const keptNext = v128.bitselect(next, after, f64x2.lt(next, leaving));
        const a = f64x2.pmin(kept, f64x2.pmax(last, coming));
        const b = f64x2.pmin(keptNext, f64x2.pmax(kept, coming));
        putCell(sorted, i, a);
        putCell(sorted, i + 1, b);
        if (rank) {
          below = i64x2.sub(i64x2.sub(below, f64x2.lt(a, coming)), f64x2.lt(b, coming));
          upTo = i64x2.sub(i64x2.sub(upTo, f64x2.le(a, coming)), f64x2.le(b, coming));
        }
        last = keptNext;
        here = after;
      }
      size0 += i32(i64x2.extract_lane(comes, 0) != 0) - i32(i64x2.extract_lane(goes, 0) != 0);
      size1 += i32(i64x2.extract_lane(comes, 1) != 0) - i32(i64x2.extract_lane(goes, 1) != 0);
    }
    if (rank) {
      const place0 = percentile(i64x2.extract_lane(below, 0), i64x2.extract_lane(upTo, 0), size0);
      const place1 = percentile(i64x2.extract_lane(below, 1), i64x2.extract_lane(upTo, 1), size1);
      putCell(rank, k, v128.bitselect(pairOf(place0, place1), MISSING, comes));
    }
    if (median) putCell(median, k, pairOf(middle(sorted, size0), middle(sorted + 8, size1)));
    for (let q = 0; q < quantileCount; q++) {
      const out = <usize>load<u32>(quantiles + (<usize>q << 2));
      putCell(out, k, quantileOf(sorted, size0, size1, f64.load(scores + (<usize>q << 3))));
    }
  }
}

/** The mean place of equals, `below` + 1 to `upTo`, as a share of all. */
@inline
function percentile(below: i64, upTo: i64, size: i32): f64 {
  return (<f64>(below + upTo + 1) * 0.5) / <f64>size;
}

/** The mean of a lane's two middle cells, or its middle cell; NaN of an empty one. */
function middle(sorted: usize, size: i32): f64 {
  if (size == 0) return NaN;
  const at = sorted + (<usize>(size >> 1) << 4);
  const high = f64.load(at);
  return size & 1 ? high : (f64.load(at - 16) + high) / 2;
}

/** Linear-interpolated quantiles of both lanes; NaN of an empty one. */
function quantileOf(sorted: usize, size0: i32, size1: i32, score: f64): v128 {
  if (size0 == size1 && size0 > 0) {
    const place = score * <f64>(size0 - 1);
    const whole = <i32>place;
    const share = place - <f64>whole;
    const low = cellAt(sorted, whole);
    if (share == 0) return low;
    return f64x2.add(low, f64x2.mul(f64x2.sub(cellAt(sorted, whole + 1), low), f64x2.splat(share)));
  }
  return pairOf(laneQuantile(sorted, size0, score), laneQuantile(sorted + 8, size1, score));
}

function laneQuantile(sorted: usize, size: i32, score: f64): f64 {
  if (size == 0) return NaN;
  const place = score * <f64>(size - 1);
  const whole = <i32>place;
  const share = place - <f64>whole;
  const at = sorted + (<usize>whole << 4);
  const low = f64.load(at);
  return share == 0 ? low : low + (f64.load(at, 16) - low) * share;
}
