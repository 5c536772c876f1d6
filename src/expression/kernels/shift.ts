/** The cell `by` positions earlier (later when negative), NaN where the series has none (pandas `shift`). */
export function shift(x: Float64Array, n: number, by: number, out: Float64Array): void {
  if (Math.abs(by) >= n) {
    out.fill(Number.NaN, 0, n);
  } else if (by >= 0) {
    out.set(x.subarray(0, n - by), by);
    out.fill(Number.NaN, 0, by);
  } else {
    out.set(x.subarray(-by, n));
    out.fill(Number.NaN, n + by, n);
  }
}

/** The change against the cell `by` positions earlier; rounded to float32 when `single`. */
export function delta(x: Float64Array, n: number, by: number, single: boolean, out: Float64Array): void {
  for (let t = 0; t < n; t++) {
    const from = t - by;
    const d = from >= 0 && from < n ? x[t]! - x[from]! : Number.NaN;
    out[t] = single ? Math.fround(d) : d;
  }
}
