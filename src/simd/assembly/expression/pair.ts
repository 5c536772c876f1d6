/**
 * Two series side by side: cell k of both is one vector of two float64, so that a kernel computes two instruments
 * at once without knowing of it. Addresses are in bytes. A missing cell is NaN; infinities count as missing in
 * windows (pandas turns them into NaN before it rolls, `_prep_values`).
 */

export const ZERO = f64x2.splat(0);
export const MISSING = f64x2.splat(NaN);

/** "Expanding": a window longer than any series. */
const EXPANDING = 0x3fffffff;

@inline
export function cellAt(series: usize, k: i32): v128 {
  return v128.load(series + (<usize>k << 4));
}

@inline
export function putCell(series: usize, k: i32, value: v128): void {
  v128.store(series + (<usize>k << 4), value);
}

/** All bits where a cell counts in a window. */
@inline
export function present(cell: v128): v128 {
  return f64x2.eq(f64x2.sub(cell, cell), f64x2.splat(0));
}

/** `value` where all bits of `where` are set, else 0. */
@inline
export function only(value: v128, where: v128): v128 {
  return v128.and(value, where);
}

@inline
export function oneWhere(where: v128): v128 {
  return v128.and(f64x2.splat(1), where);
}

@inline
export function pairOf(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Rounded to float32, as numpy rounds arithmetic on float32. */
@inline
export function toSingle(cell: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(cell));
}

/**
 * The first stretch boundary after position 0 of series whose position 0 is absolute position `origin`. Stretches begin
 * at absolute multiples of the window, so that a result does not depend on where the warm-up began.
 */
export function firstBoundary(window: i32, origin: i32): i32 {
  return window >= EXPANDING ? EXPANDING : window - (origin % window);
}

@inline
export function fillCells(series: usize, from: i32, to: i32, value: v128): void {
  for (let k = from; k < to; k++) putCell(series, k, value);
}

/** Positions of one lane of a pair that its instrument does not have become missing: all but [from, to). */
export function trimLane(series: usize, n: i32, lane: i32, from: i32, to: i32): void {
  const cells = series + (<usize>lane << 3);
  for (let k = 0; k < from; k++) f64.store(cells + (<usize>k << 4), NaN);
  for (let k = to; k < n; k++) f64.store(cells + (<usize>k << 4), NaN);
}
