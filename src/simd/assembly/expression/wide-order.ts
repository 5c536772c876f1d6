/**
 * `rollingOrder` of one lane for wide windows: two look-ups in the sorted window and the move of a piece of memory
 * between them, where a look at every cell would take longer (from some 96 cells on: 165 ns a position at 250, 80 so).
 * @param x its first cell; the next is 16 bytes further, as are those of the outputs
 * @param sorted room for `window` + 1 float64, at most for n + 1
 */
export function rollingOrderOfLane(
  x: usize, n: i32, window: i32, sorted: usize,
  rank: usize, median: usize, lane: usize, quantiles: usize, scores: usize, quantileCount: i32,
): void {
  let size = 0;
  for (let k = 0; k < n; k++) {
    const cell = f64.load(x + (<usize>k << 4));
    const gone = k >= window ? f64.load(x + (<usize>(k - window) << 4)) : NaN;
    const comes = cell - cell == 0;
    if (gone - gone == 0) {
      const at = notBelow(sorted, size, gone);
      move(sorted, at + 1, at, size - at - 1);
      size--;
    }
    const below = comes ? notBelow(sorted, size, cell) : 0;
    if (comes) {
      move(sorted, below, below + 1, size - below);
      f64.store(place(sorted, below), cell);
      size++;
    }
    const out = <usize>k << 4;
    if (rank) {
      let upTo = below + 1;
      while (upTo < size && f64.load(place(sorted, upTo)) == cell) upTo++;
      f64.store(rank + out, comes ? (<f64>(below + upTo + 1) * 0.5) / <f64>size : NaN);
    }
    if (median) f64.store(median + out, middle(sorted, size));
    for (let q = 0; q < quantileCount; q++) {
      const series = <usize>load<u32>(quantiles + (<usize>q << 2)) + lane;
      f64.store(series + out, quantile(sorted, size, f64.load(scores + (<usize>q << 3))));
    }
  }
}

@inline
function place(sorted: usize, i: i32): usize {
  return sorted + (<usize>i << 3);
}

function move(sorted: usize, from: i32, to: i32, count: i32): void {
  memory.copy(place(sorted, to), place(sorted, from), <usize>count << 3);
}

/** The first of the sorted cells [0, size) that is not below `value`. */
function notBelow(sorted: usize, size: i32, value: f64): i32 {
  let base = 0;
  while (size > 0) {
    const half = size >> 1;
    if (f64.load(place(sorted, base + half)) < value) {
      base += half + 1;
      size -= half + 1;
    } else size = half;
  }
  return base;
}

/** The middle cell, or the mean of the two in the middle. */
function middle(sorted: usize, size: i32): f64 {
  if (size == 0) return NaN;
  const high = f64.load(place(sorted, size >> 1));
  return size & 1 ? high : (f64.load(place(sorted, (size >> 1) - 1)) + high) / 2;
}

function quantile(sorted: usize, size: i32, score: f64): f64 {
  if (size == 0) return NaN;
  const at = score * <f64>(size - 1);
  const whole = <i32>at;
  const share = at - <f64>whole;
  const low = f64.load(place(sorted, whole));
  return share == 0 ? low : low + (f64.load(place(sorted, whole + 1)) - low) * share;
}
