/** Cells in equal steps from the least to the greatest. */
export interface Histogram {
  /** One more than `counts`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly cells: number;
}

/** Counts the finite cells; bins are half-open but the last, as numpy's `histogram`. One value fills one bin. */
export function histogramOf(values: ArrayLike<number>, bins: number): Histogram {
  let [low, high, cells] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    cells++;
  }
  if (cells === 0) return { edges: [], counts: [], cells };
  if (low === high) return { edges: [low - 0.5, high + 0.5], counts: [cells], cells };
  const counts = new Array<number>(bins).fill(0);
  const step = (high - low) / bins;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    counts[Math.min(bins - 1, Math.floor((value - low) / step))]!++;
  }
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * step));
  return { edges, counts, cells };
}

/** The middle of each bin, as an axis names it. */
export function binNames({ edges }: Histogram): string[] {
  return edges.slice(1).map((edge, i) => String(Number(((edge + edges[i]!) / 2).toPrecision(4))));
}
