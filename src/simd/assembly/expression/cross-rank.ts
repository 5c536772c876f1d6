/** Copies the cells that are not NaN and gives how many. `cells`, `sorted` and `out` hold plain float64. */
export function keepNumbers(cells: usize, count: i32, sorted: usize): i32 {
  let at = sorted;
  for (let end = cells + (<usize>count << 3); cells < end; cells += 8) {
    const cell = f64.load(cells);
    f64.store(at, cell);
    at += cell == cell ? 8 : 0;
  }
  return <i32>((at - sorted) >> 3);
}

/** out = the percentile of each cell among the `size` sorted ones, ties averaged; NaN for NaN. */
export function rankAmong(cells: usize, count: i32, sorted: usize, size: i32, out: usize): void {
  for (let end = cells + (<usize>count << 3); cells < end; cells += 8, out += 8) {
    const cell = f64.load(cells);
    if (cell != cell) {
      f64.store(out, NaN);
      continue;
    }
    // Halves without a branch: the processor looks up several cells at a time.
    let base = sorted;
    for (let length = size; length > 1; ) {
      const half = length >> 1;
      const middle = base + (<usize>half << 3);
      base = f64.load(middle - 8) < cell ? middle : base;
      length -= half;
    }
    let upTo = base + 8;
    const top = sorted + (<usize>size << 3);
    while (upTo < top && f64.load(upTo) == cell) upTo += 8;
    f64.store(out, (<f64>((base - sorted + upTo - sorted) >> 3) + 1) * 0.5 / <f64>size);
  }
}
