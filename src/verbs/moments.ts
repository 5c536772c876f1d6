/** A sum that does not lose small cells beside large ones (Neumaier's). */
export function sumOf(cells: Float64Array): number {
  let [total, lost] = [0, 0];
  for (const cell of cells) {
    const next = total + cell;
    lost += Math.abs(total) >= Math.abs(cell) ? total - next + cell : cell - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** Mean, variance and standard deviation (ddof 1) of cells without NaN; NaN of too few. */
export function moments(cells: Float64Array): { mean: number; variance: number; std: number } {
  const mean = cells.length === 0 ? Number.NaN : sumOf(cells) / cells.length;
  let squares = 0;
  for (const cell of cells) squares += (cell - mean) ** 2;
  const variance = cells.length < 2 ? Number.NaN : squares / (cells.length - 1);
  return { mean, variance, std: Math.sqrt(variance) };
}
