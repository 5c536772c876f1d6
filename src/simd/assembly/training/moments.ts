// Figures of columns in float64, one a column, over rows of float32. Sums run over deviations from `pivot`; NaN does not count.

/** Two neighbouring cells as float64; where a row ends in one, the second is NaN. */
// @ts-ignore: decorator
@inline
function pairAt(cells: usize, left: i32): v128 {
  if (left >= 2) return f64x2.promote_low_f32x4(v128.load64_zero(cells));
  return f64x2.replace_lane(f64x2.splat(NaN), 0, <f64>load<f32>(cells));
}

/** Adds to count, sum and sum of squares; all arrays have a multiple of two columns. */
export function addSums(
  cells: usize,
  rows: i32,
  width: i32,
  pivot: usize,
  count: usize,
  sum: usize,
  squares: usize,
): void {
  const ones = f64x2.splat(1);
  for (let row = 0; row < rows; row++) {
    for (let c = 0, p: usize = 0; c < width; c += 2, p += 16) {
      const x = pairAt(cells + (<usize>c << 2), width - c);
      const is = f64x2.eq(x, x);
      const d = v128.and(f64x2.sub(x, v128.load(pivot + p)), is);
      v128.store(count + p, f64x2.add(v128.load(count + p), v128.and(ones, is)));
      v128.store(sum + p, f64x2.add(v128.load(sum + p), d));
      v128.store(squares + p, f64x2.add(v128.load(squares + p), f64x2.mul(d, d)));
    }
    cells += <usize>width << 2;
  }
}

/** The same, and the least and the greatest. */
export function addMoments(
  cells: usize,
  rows: i32,
  width: i32,
  pivot: usize,
  count: usize,
  sum: usize,
  squares: usize,
  min: usize,
  max: usize,
): void {
  addSums(cells, rows, width, pivot, count, sum, squares);
  for (let row = 0; row < rows; row++) {
    for (let c = 0, p: usize = 0; c < width; c += 2, p += 16) {
      const x = pairAt(cells + (<usize>c << 2), width - c);
      v128.store(min + p, f64x2.pmin(v128.load(min + p), x));
      v128.store(max + p, f64x2.pmax(v128.load(max + p), x));
    }
    cells += <usize>width << 2;
  }
}

/** (x − mean) / std. */
export function standardize(cells: usize, rows: i32, width: i32, mean: usize, std: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let c = 0, p: usize = 0; c < width; c += 2, p += 16, cells += 8) {
      const x = pairAt(cells, width - c);
      const y = f32x4.demote_f64x2_zero(f64x2.div(f64x2.sub(x, v128.load(mean + p)), v128.load(std + p)));
      if (width - c >= 2) v128.store64_lane(cells, y, 0);
      else store<f32>(cells, f32x4.extract_lane(y, 0));
    }
    if (width & 1) cells -= 4;
  }
}

/** NaN becomes the column's mean. */
export function fillMeans(cells: usize, rows: i32, width: i32, mean: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let c = 0, p: usize = 0; c < width; c++, p += 8, cells += 4) {
      const x = load<f32>(cells);
      if (x != x) store<f32>(cells, <f32>load<f64>(mean + p));
    }
  }
}
