/** The cells that are not NaN, ascending. */
export function sortedPresent(cells: Float32Array | Float64Array): Float64Array {
  const present = new Float64Array(cells.length);
  let count = 0;
  for (let i = 0; i < cells.length; i++) if (!Number.isNaN(cells[i]!)) present[count++] = cells[i]!;
  return present.subarray(0, count).sort();
}

/** The quantile `q` (0 to 1) of ascending cells, interpolated linearly as numpy's and pandas' `quantile`; NaN of none. */
export function quantileOf(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  if (low === high) return low; // of two infinities as well
  const part = at - below;
  // numpy's `_lerp`: from the nearer end, so that the last cell is met exactly
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

/** The quantiles 0, 1/n … 1 of ascending cells, each once. */
export function quantileEdges(sorted: Float64Array, n: number): Float64Array {
  const edges = Float64Array.from({ length: n + 1 }, (_, i) => quantileOf(sorted, i / n));
  return edges.filter((edge, i) => i === 0 || edge > edges[i - 1]!);
}
