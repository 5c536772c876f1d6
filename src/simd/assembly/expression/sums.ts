import { cellAt, firstBoundary, MISSING, only, oneWhere, present, putCell, ZERO } from "./pair";

/**
 * Rolling sum over the last `window` positions, missing cells skipped, NaN where none is present
 * (pandas `rolling(window, min_periods=1).sum()`).
 *
 * A window that reaches over a stretch boundary is a suffix of the stretch before plus a prefix of the present one.
 * Both are built by addition alone, so nothing that left the window can leave a rounding error behind.
 * @param tail room for two records (sum, count) a position of the window, and one more
 */
export function rollingSum(x: usize, n: i32, window: i32, origin: i32, tail: usize, out: usize): void {
  let boundary = firstBoundary(window, origin);
  for (let t = 0; t < n; ) {
    const end = min(n, boundary);
    const low = max(0, t - window + 1);
    let sum = ZERO;
    let count = ZERO;
    let at = tail + (<usize>(t - low) << 5);
    v128.store(at, sum);
    v128.store(at, count, 16);
    for (let i = t - 1; i >= low; i--) {
      const cell = cellAt(x, i);
      const here = present(cell);
      sum = f64x2.add(sum, only(cell, here));
      count = f64x2.add(count, oneWhere(here));
      at -= 32;
      v128.store(at, sum);
      v128.store(at, count, 16);
    }
    sum = ZERO;
    count = ZERO;
    for (let k = t; k < end; k++) {
      const cell = cellAt(x, k);
      const here = present(cell);
      sum = f64x2.add(sum, only(cell, here));
      count = f64x2.add(count, oneWhere(here));
      const suffix = tail + (<usize>max(0, k - window + 1 - low) << 5);
      const all = f64x2.add(count, v128.load(suffix, 16));
      const total = f64x2.add(sum, v128.load(suffix));
      putCell(out, k, v128.bitselect(total, MISSING, f64x2.gt(all, ZERO)));
    }
    t = end;
    boundary += window;
  }
}

/** Rolling mean of small whole numbers (a condition's): running sums of them are exact. */
export function rollingWholeMean(x: usize, n: i32, window: i32, out: usize): void {
  let sum = ZERO;
  let count = ZERO;
  for (let k = 0; k < n; k++) {
    const cell = cellAt(x, k);
    const here = present(cell);
    sum = f64x2.add(sum, only(cell, here));
    count = f64x2.add(count, oneWhere(here));
    if (k >= window) {
      const gone = cellAt(x, k - window);
      const was = present(gone);
      sum = f64x2.sub(sum, only(gone, was));
      count = f64x2.sub(count, oneWhere(was));
    }
    putCell(out, k, f64x2.div(sum, count));
  }
}

/** Rolling count of the cells that are not NaN (pandas `count`: an infinity counts, and an empty window gives 0). */
export function rollingCount(x: usize, n: i32, window: i32, out: usize): void {
  let count = ZERO;
  for (let k = 0; k < n; k++) {
    const cell = cellAt(x, k);
    count = f64x2.add(count, oneWhere(f64x2.eq(cell, cell)));
    if (k >= window) {
      const gone = cellAt(x, k - window);
      count = f64x2.sub(count, oneWhere(f64x2.eq(gone, gone)));
    }
    putCell(out, k, count);
  }
}
