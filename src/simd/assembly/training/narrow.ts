// Medians of all columns of a matrix in one pass (Floyd and Rivest): of each column what lies below two numbers around the
// median of a sample is counted, and what lies between them kept.

/**
 * Goes through some rows. Of each column `below` and `numbers` are counted, and cells between `low` and `high` go to its own
 * part of `near`, `room` cells long, as far as there is room; `inside` counts them all. With `isAway` a cell counts by
 * |x − centre|.
 */
export function narrow(
  cells: usize,
  rows: i32,
  width: i32,
  centre: usize,
  isAway: bool,
  low: usize,
  high: usize,
  below: usize,
  numbers: usize,
  inside: usize,
  near: usize,
  room: i32,
): void {
  const bytes = <usize>width << 2;
  const vectors = bytes & ~15;
  for (let row = 0; row < rows; row++, cells += bytes) {
    for (let p: usize = 0; p < vectors; p += 16) {
      let x = v128.load(cells + p);
      if (isAway) x = f32x4.abs(f32x4.sub(x, v128.load(centre + p)));
      const least = v128.load(low + p);
      const is = f32x4.eq(x, x);
      v128.store(numbers + p, i32x4.sub(v128.load(numbers + p), is));
      v128.store(below + p, i32x4.sub(v128.load(below + p), f32x4.lt(x, least)));
      const between = v128.and(f32x4.ge(x, least), f32x4.le(x, v128.load(high + p)));
      let lanes = i32x4.bitmask(between);
      while (lanes != 0) {
        const lane = ctz(lanes);
        lanes &= lanes - 1;
        const at = p + (<usize>lane << 2);
        keep(pick(x, lane), at, inside, near, room);
      }
    }
    for (let p = vectors; p < bytes; p += 4) {
      let x = load<f32>(cells + p);
      if (isAway) x = abs(x - load<f32>(centre + p));
      if (x == x) store<i32>(numbers + p, load<i32>(numbers + p) + 1);
      if (x < load<f32>(low + p)) store<i32>(below + p, load<i32>(below + p) + 1);
      if (x >= load<f32>(low + p) && x <= load<f32>(high + p)) keep(x, p, inside, near, room);
    }
  }
}

// @ts-ignore: decorator
@inline
function pick(x: v128, lane: i32): f32 {
  if (lane < 2) return lane == 0 ? f32x4.extract_lane(x, 0) : f32x4.extract_lane(x, 1);
  return lane == 2 ? f32x4.extract_lane(x, 2) : f32x4.extract_lane(x, 3);
}

/** `at` is four times the column. */
// @ts-ignore: decorator
@inline
function keep(x: f32, at: usize, inside: usize, near: usize, room: i32): void {
  const count = load<i32>(inside + at);
  store<i32>(inside + at, count + 1);
  if (count < room) store<f32>(near + at * <usize>room + (<usize>count << 2), x);
}

/** The k-th smallest of some cells, none of them NaN, which are moved about: Hoare's quickselect. */
export function selectKth(cells: usize, count: i32, k: i32): f32 {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = median3(at(cells, low), at(cells, (low + high) >> 1), at(cells, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while (at(cells, i) < pivot) i++;
      while (at(cells, j) > pivot) j--;
      if (i > j) break;
      const own = at(cells, i);
      store<f32>(cells + (<usize>i << 2), at(cells, j));
      store<f32>(cells + (<usize>j << 2), own);
      i++;
      j--;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return at(cells, k);
}

// @ts-ignore: decorator
@inline
function at(cells: usize, i: i32): f32 {
  return load<f32>(cells + (<usize>i << 2));
}

function median3(a: f32, b: f32, c: f32): f32 {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}
