import { cellAt, firstBoundary, MISSING, pairOf, present, putCell } from "./pair";

const NOWHERE = f64x2.splat(-1);
const LOWEST = f64x2.splat(-Infinity);

/**
 * Rolling maximum (`sign` 1) or minimum (`sign` -1) of the present cells; NaN where none is present. `place` is its
 * position in the window, counted from 1, the earliest of equals. With `missingWins` it is numpy's `argmax` over the
 * raw window as qlib's `IdxMax` calls it: a missing cell is taken for the extreme, so its position is given;
 * without, missing cells are skipped. An output at address 0 is not wanted.
 *
 * A window over a stretch boundary is a suffix of the stretch before and a prefix of the present one (van Herk).
 * @param tail room for a record of two a position of the window, and one more
 * @param gaps room for a series and one more cell: the first missing cell at or after each
 * @param start0 the first position that each lane has; a window does not begin before it
 */
export function rollingExtremes(
  x: usize, n: i32, window: i32, origin: i32, tail: usize, gaps: usize, start0: i32, start1: i32,
  sign: f64, missingWins: bool, value: usize, place: usize,
): void {
  const turn = f64x2.splat(sign);
  if (place && missingWins) findGaps(x, n, gaps);
  let boundary = firstBoundary(window, origin);
  for (let t = 0; t < n; ) {
    const end = min(n, boundary);
    const low = max(0, t - window + 1);
    let best = LOWEST;
    let bestAt = NOWHERE;
    let at = tail + (<usize>(t - low) << 5);
    v128.store(at, best);
    v128.store(at, bestAt, 16);
    for (let i = t - 1; i >= low; i--) {
      const cell = f64x2.mul(cellAt(x, i), turn);
      const better = v128.and(f64x2.ge(cell, best), present(cell));
      best = v128.bitselect(cell, best, better);
      bestAt = v128.bitselect(f64x2.splat(<f64>i), bestAt, better);
      at -= 32;
      v128.store(at, best);
      v128.store(at, bestAt, 16);
    }
    best = LOWEST;
    bestAt = NOWHERE;
    for (let k = t; k < end; k++) {
      const cell = f64x2.mul(cellAt(x, k), turn);
      const better = v128.and(f64x2.gt(cell, best), present(cell));
      best = v128.bitselect(cell, best, better);
      bestAt = v128.bitselect(f64x2.splat(<f64>k), bestAt, better);
      const from = k - window + 1;
      const suffix = tail + (<usize>max(0, from - low) << 5);
      const before = v128.load(suffix);
      const earlier = f64x2.ge(before, best);
      const where = v128.bitselect(v128.load(suffix, 16), bestAt, earlier);
      const found = f64x2.ge(where, f64x2.splat(0));
      if (value) {
        const extreme = f64x2.mul(v128.bitselect(before, best, earlier), turn);
        putCell(value, k, v128.bitselect(extreme, MISSING, found));
      }
      if (place) {
        const first0 = max(from, start0);
        const first1 = max(from, start1);
        let chosen = where;
        if (missingWins) {
          const gap = pairOf(f64.load(gaps + (<usize>first0 << 4)), f64.load(gaps + (<usize>first1 << 4) + 8));
          chosen = v128.bitselect(gap, where, f64x2.le(gap, f64x2.splat(<f64>k)));
        }
        const counted = f64x2.sub(chosen, pairOf(<f64>(first0 - 1), <f64>(first1 - 1)));
        putCell(place, k, v128.bitselect(counted, MISSING, found));
      }
    }
    t = end;
    boundary += window;
  }
}

/** gaps[k] = the first position from k on where the cell is missing, n where there is none; also for k = n. */
function findGaps(x: usize, n: i32, gaps: usize): void {
  let gap = f64x2.splat(<f64>n);
  putCell(gaps, n, gap);
  for (let k = n - 1; k >= 0; k--) {
    gap = v128.bitselect(gap, f64x2.splat(<f64>k), present(cellAt(x, k)));
    putCell(gaps, k, gap);
  }
}
