/** How the cells of a session are put into numbered groups. */
export interface Binning {
  /** "quantiles": about as many cells in each; "bins": steps of equal width. */
  readonly by: "quantiles" | "bins";
  /** How many, or the probabilities (quantiles) or edges (bins) themselves, ascending. */
  readonly edges: number | readonly number[];
  /** Cells from 0 on and below 0 apart, half of the numbers for each. */
  readonly zeroAware: boolean;
  /**
   * What becomes of a session whose edges are not all different: "keep" lets a bin be empty, "lose" drops the session, as
   * pandas' `qcut` does.
   */
  readonly repeated: "keep" | "lose";
}

/** The largest number a session can give. */
export function binCount({ edges, zeroAware }: Binning): number {
  if (typeof edges !== "number") return edges.length - 1;
  return zeroAware ? 2 * Math.floor(edges / 2) : edges;
}

/**
 * Writes the bin, from 1, of each cell that `order` sorts into `out` (0 where it has none), whose other positions it
 * leaves. Gives whether the session has bins: pandas' `qcut` and `cut` through alphalens' `quantize_factor`.
 */
export function assignBins(
  cells: Float64Array,
  order: Uint32Array,
  count: number,
  binning: Binning,
  out: Uint8Array,
): boolean {
  const { edges, zeroAware } = binning;
  if (!zeroAware || typeof edges !== "number") return binRun(cells, order, 0, count, binning, edges, 0, out);
  const half = Math.floor(edges / 2);
  let negative = 0;
  while (negative < count && cells[order[negative]!]! < 0) negative++;
  const both =
    negative > 0 &&
    negative < count &&
    binRun(cells, order, 0, negative, binning, half, 0, out) &&
    binRun(cells, order, negative, count, binning, half, half, out);
  if (!both) for (let k = 0; k < count; k++) out[order[k]!] = 0;
  return both;
}

/** The cells sorted [from, to) into bins numbered from `base` + 1. */
function binRun(
  cells: Float64Array,
  order: Uint32Array,
  from: number,
  to: number,
  { by, repeated }: Binning,
  wanted: number | readonly number[],
  base: number,
  out: Uint8Array,
): boolean {
  const sorted = (k: number) => cells[order[from + k]!]!;
  const n = to - from;
  const edges =
    n === 0
      ? []
      : by === "bins"
        ? binEdges(sorted(0), sorted(n - 1), wanted)
        : quantileEdges(sorted, n, wanted, repeated === "lose");
  const isConstant = n === 0 || (by === "quantiles" && sorted(0) === sorted(n - 1) && edges.length > 2);
  const repeats = edges.length > 2 && edges.some((edge, k) => k > 0 && edge === edges[k - 1]);
  if (isConstant || (repeats && repeated === "lose" && by === "quantiles")) {
    for (let k = from; k < to; k++) out[order[k]!] = 0;
    return false;
  }
  const last = edges.length - 1;
  let below = 0; // how many edges lie below the cell
  for (let k = from; k < to; k++) {
    const position = order[k]!;
    const cell = cells[position]!;
    while (below <= last && edges[below]! < cell) below++;
    if (below === 0) out[position] = by === "quantiles" && cell === edges[0] ? base + 1 : 0;
    else out[position] = below > last ? 0 : base + below;
  }
  return true;
}

/**
 * numpy's linear quantiles of n sorted cells. Where (n - 1)·k / q is a whole number the edge is that cell, which
 * numpy misses by a rounding of k·(1 / q): pandas' `qcut` may so tell two edges apart that are one cell.
 * @param asNumpy with that rounding, as numpy 1.24 (`np.quantile`) under pandas 1.5
 */
function quantileEdges(
  sorted: (k: number) => number,
  n: number,
  wanted: number | readonly number[],
  asNumpy: boolean,
): number[] {
  const between = (position: number): number => {
    const j = Math.min(Math.floor(position), n - 1);
    const part = position - j;
    if (part === 0 || j === n - 1) return sorted(j);
    const step = sorted(j + 1) - sorted(j);
    return part < 0.5 ? sorted(j) + step * part : sorted(j + 1) - step * (1 - part);
  };
  if (typeof wanted !== "number") return wanted.map((probability) => between((n - 1) * probability));
  return Array.from({ length: wanted + 1 }, (_, k) => {
    const whole = !asNumpy && ((n - 1) * k) % wanted === 0;
    return whole ? sorted(((n - 1) * k) / wanted) : between((n - 1) * (k === wanted ? 1 : k * (1 / wanted)));
  });
}

/** pandas' `cut`: equal steps from the least to the greatest cell, the first edge a thousandth of the range lower. */
function binEdges(least: number, greatest: number, wanted: number | readonly number[]): readonly number[] {
  if (typeof wanted !== "number") return wanted;
  const spread = (value: number) => (value !== 0 ? 0.001 * Math.abs(value) : 0.001);
  const flat = least === greatest;
  const [from, to] = flat ? [least - spread(least), greatest + spread(greatest)] : [least, greatest];
  const step = (to - from) / wanted;
  const edges = Array.from({ length: wanted + 1 }, (_, k) => (k === wanted ? to : k * step + from));
  if (!flat) edges[0]! -= (to - from) * 0.001;
  return edges;
}
