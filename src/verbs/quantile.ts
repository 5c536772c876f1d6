import { lowerBound } from "../search.js";

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

/**
 * The bin of each cell among `n` of equal size, from 0 on, equal edges being one: pandas 1.5's `qcut(labels=False,
 * duplicates="drop")`. NaN where the cell is missing, and throughout where all present cells are equal: there is no bin then.
 */
export function quantileBin(sorted: Float64Array, n: number): (cell: number) => number {
  // numpy's linspace multiplies a step: 3 * (1 / 10) is not 3 / 10, which a cell on an edge tells apart.
  const quantiles = Array.from({ length: n + 1 }, (_, i) => quantileOf(sorted, i === n ? 1 : i * (1 / n)));
  const edges = Float64Array.from(new Set(quantiles));
  if (edges.length < 2) return () => Number.NaN;
  return (cell) =>
    Number.isNaN(cell) ? Number.NaN : Math.max(0, lowerBound(edges, cell, 0, edges.length) - 1);
}
