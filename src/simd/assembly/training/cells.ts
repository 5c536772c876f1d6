/** How many of the cells are NaN. `bytes` is a multiple of 16 here and below; what is past the end may be anything but NaN. */
export function countMissing(cells: usize, bytes: usize): i32 {
  let missing = i32x4.splat(0);
  for (let at = cells; at < cells + bytes; at += 16) {
    const x = v128.load(at);
    missing = i32x4.sub(missing, f32x4.ne(x, x));
  }
  return sumOf(missing);
}

/** Whether one of the cells is infinite. */
export function hasInfinity(cells: usize, bytes: usize): bool {
  const infinity = f32x4.splat(f32.MAX_VALUE);
  let found = v128.splat<i32>(0);
  for (let at = cells; at < cells + bytes; at += 16)
    found = v128.or(found, f32x4.gt(f32x4.abs(v128.load(at)), infinity));
  return v128.any_true(found);
}

/** Writes `value` over every NaN and gives how many there were. */
export function fillMissing(cells: usize, bytes: usize, value: f32): i32 {
  const put = f32x4.splat(value);
  let filled = i32x4.splat(0);
  for (let at = cells; at < cells + bytes; at += 16) {
    const x = v128.load(at);
    const lacks = f32x4.ne(x, x);
    if (!v128.any_true(lacks)) continue;
    v128.store(at, v128.bitselect(put, x, lacks));
    filled = i32x4.sub(filled, lacks);
  }
  return sumOf(filled);
}

/**
 * (x − shift) / scale, cut to [low, high]: each of the four has as many cells as lie between two of one column in the same
 * place of a vector, four rows of them, and begins again after these. Gives how many cells were cut.
 */
export function scaleCells(
  cells: usize,
  bytes: usize,
  shift: usize,
  scale: usize,
  low: usize,
  high: usize,
  period: usize,
): i32 {
  let cut = i32x4.splat(0);
  let p: usize = 0;
  for (let at = cells; at < cells + bytes; at += 16) {
    const x = f32x4.div(f32x4.sub(v128.load(at), v128.load(shift + p)), v128.load(scale + p));
    const least = v128.load(low + p);
    const most = v128.load(high + p);
    cut = i32x4.sub(cut, v128.or(f32x4.lt(x, least), f32x4.gt(x, most)));
    v128.store(at, f32x4.min(f32x4.max(x, least), most));
    p += 16;
    if (p == period) p = 0;
  }
  return sumOf(cut);
}

function sumOf(counts: v128): i32 {
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
}
