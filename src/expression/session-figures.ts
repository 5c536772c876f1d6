import { quantileBin, quantileOf } from "../verbs/quantile.js";
import { isPresent } from "./kernels.js";
import type { SessionFigure } from "./operators.js";

/** One figure of the cells of a session, as pandas has it: the sum of no cells is 0, their count 0, all else NaN. */
export function figureOf(name: SessionFigure, cells: Float64Array, score: number): number {
  switch (name) {
    case "mean": {
      const { pivot, level } = spreadOf(cells);
      return pivot + level;
    }
    case "std":
      return spreadOf(cells).std;
    case "quantile":
      return quantileOf(cells.filter(isPresent).sort(), score);
    case "count":
      return cells.filter(isPresent).length;
    case "sum": {
      const { pivot, level, count } = spreadOf(cells);
      return count === 0 ? 0 : (pivot + level) * count;
    }
    case "min":
      return cells.reduce((least, cell) => (isPresent(cell) && !(least <= cell) ? cell : least), Number.NaN);
    case "max":
      return cells.reduce((most, cell) => (isPresent(cell) && !(most >= cell) ? cell : most), Number.NaN);
  }
}

/** Sums run over deviations from a cell of the session, so that equal cells have no spread at all. */
export function spreadOf(cells: Float64Array): {
  /** The mean is `pivot + level`. */
  readonly pivot: number;
  readonly level: number;
  /** With ddof 1. */
  readonly std: number;
  readonly count: number;
} {
  const pivot = cells.find(isPresent) ?? Number.NaN;
  let count = 0;
  let sum = 0;
  for (const value of cells) {
    if (!isPresent(value)) continue;
    sum += value - pivot;
    count++;
  }
  const level = sum / count;
  let spread = 0;
  for (const value of cells) if (isPresent(value)) spread += (value - pivot - level) ** 2;
  return { pivot, level, std: count < 2 ? Number.NaN : Math.sqrt(spread / (count - 1)), count };
}

/** The bin of each cell among `bins` of equal size; infinities have none. @see quantileBin */
export function binsOf(cells: Float64Array, bins: number, out: Float64Array): void {
  const binOf = quantileBin(cells.filter(isPresent).sort(), bins);
  for (let i = 0; i < cells.length; i++) out[i] = isPresent(cells[i]!) ? binOf(cells[i]!) : Number.NaN;
}
