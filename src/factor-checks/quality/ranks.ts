/**
 * The ranks, from 1, of the cells that `order` sorts, equal cells sharing their average: pandas' `rank()`. Where
 * `beside` is given, only positions count whose cell there is not NaN. Gives how many count; positions that do not
 * keep what `out` held.
 */
export function averageRanks(
  cells: Float64Array,
  order: Uint32Array,
  count: number,
  out: Float64Array,
  beside?: Float64Array,
): number {
  let rank = 0;
  let k = 0;
  while (k < count) {
    const value = cells[order[k]!]!;
    const first = k;
    let tied = 0;
    for (; k < count && cells[order[k]!]! === value; k++) {
      if (!beside || !Number.isNaN(beside[order[k]!]!)) tied++;
    }
    const shared = rank + (tied + 1) / 2;
    for (let m = first; m < k; m++) out[order[m]!] = shared;
    rank += tied;
  }
  return rank;
}

/** Sums of a session's pairs. */
interface Moments {
  readonly count: number;
  readonly correlation: number;
}

/**
 * Pearson's correlation of `x` and `y` over the positions below `n` where neither of `a` and `b` is NaN (by default
 * the cells themselves); NaN where either is constant or there are fewer than two. Counted from the first pair, so that
 * a constant has exactly no spread and a large offset takes no digits.
 */
export function pairCorrelation(
  x: Float64Array,
  y: Float64Array,
  n: number,
  a: Float64Array = x,
  b: Float64Array = y,
): Moments {
  let first = 0;
  while (first < n && (Number.isNaN(a[first]!) || Number.isNaN(b[first]!))) first++;
  if (first === n) return { count: 0, correlation: Number.NaN };
  const [x0, y0] = [x[first]!, y[first]!];
  let count = 0;
  let xSum = 0;
  let ySum = 0;
  for (let i = first; i < n; i++) {
    if (Number.isNaN(a[i]!) || Number.isNaN(b[i]!)) continue;
    count++;
    xSum += x[i]! - x0;
    ySum += y[i]! - y0;
  }
  const [xMean, yMean] = [xSum / count, ySum / count];
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = first; i < n; i++) {
    if (Number.isNaN(a[i]!) || Number.isNaN(b[i]!)) continue;
    const u = x[i]! - x0 - xMean; // no pair in an array: one a row would be garbage
    const v = y[i]! - y0 - yMean;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  const spread = Math.sqrt(xx) * Math.sqrt(yy);
  if (!(spread > 0 && spread < Number.POSITIVE_INFINITY)) return { count, correlation: Number.NaN };
  return { count, correlation: Math.max(-1, Math.min(1, xy / spread)) };
}
