import { cellAt, fillCells, MISSING, pairOf, putCell, toSingle } from "./pair";

/** The cell `by` positions earlier (later when negative), missing where there is none (pandas `shift`). */
export function shift(x: usize, n: i32, by: i32, out: usize): void {
  const from = min(max(by, 0), n);
  const to = max(min(n + by, n), from);
  fillCells(out, 0, from, MISSING);
  if (to > from) memory.copy(out + (<usize>from << 4), x + (<usize>(from - by) << 4), <usize>(to - from) << 4);
  fillCells(out, to, n, MISSING);
}

/** The change against the cell `by` positions earlier; rounded to float32 when `single`. */
export function delta(x: usize, n: i32, by: i32, single: bool, out: usize): void {
  for (let k = 0; k < n; k++) {
    const from = k - by;
    let change = MISSING;
    if (from >= 0 && from < n) change = f64x2.sub(cellAt(x, k), cellAt(x, from));
    putCell(out, k, single ? toSingle(change) : change);
  }
}

/** The first cell of each lane, which stands at its start, at every position: qlib's `Ref(x, 0)`. */
export function first(x: usize, n: i32, start0: i32, start1: i32, out: usize): void {
  const one = f64.load(x + (<usize>start0 << 4));
  const other = f64.load(x + (<usize>start1 << 4) + 8);
  fillCells(out, 0, n, pairOf(one, other));
}

/** How many positions ago each lane's cell was last neither 0 nor missing: 0 where it is, missing before the first time. */
export function since(x: usize, n: i32, out: usize): void {
  for (let lane: usize = 0; lane < 2; lane++) {
    let last = -1;
    for (let k = 0; k < n; k++) {
      const at = (<usize>k << 4) + (lane << 3);
      const cell = f64.load(x + at);
      if (cell != 0.0 && cell == cell) last = k;
      f64.store(out + at, last < 0 ? f64.NaN : <f64>(k - last));
    }
  }
}
