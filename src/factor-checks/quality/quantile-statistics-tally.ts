import type { QuantileStatistics } from "./quality-figures.js";
import type { SessionCells } from "./session-cells.js";

/** Counts the cells of each bin over all sessions: alphalens' `plot_quantile_statistics_table`. */
export class QuantileStatisticsTally {
  readonly #least: Float64Array;
  readonly #greatest: Float64Array;
  readonly #count: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;

  constructor(bins: number) {
    this.#least = new Float64Array(bins + 1).fill(Number.POSITIVE_INFINITY);
    this.#greatest = new Float64Array(bins + 1).fill(Number.NEGATIVE_INFINITY);
    [this.#count, this.#mean] = [new Float64Array(bins + 1), new Float64Array(bins + 1)];
    this.#squares = new Float64Array(bins + 1);
  }

  take({ x, order, count, bins }: SessionCells): void {
    for (let k = 0; k < count; k++) {
      const row = order[k]!;
      const cell = x[row]!;
      const bin = bins[row]!;
      if (bin === 0) continue;
      if (cell < this.#least[bin]!) this.#least[bin] = cell;
      if (cell > this.#greatest[bin]!) this.#greatest[bin] = cell;
      const off = cell - this.#mean[bin]!;
      this.#mean[bin]! += off / ++this.#count[bin]!;
      this.#squares[bin]! += off * (cell - this.#mean[bin]!);
    }
  }

  figures(): QuantileStatistics[] {
    const total = this.#count.reduce((sum, count) => sum + count, 0);
    return Array.from(this.#count.keys())
      .filter((bin) => this.#count[bin]! > 0)
      .map((quantile) => ({
        quantile,
        min: this.#least[quantile]!,
        max: this.#greatest[quantile]!,
        mean: this.#mean[quantile]!,
        std: Math.sqrt(this.#squares[quantile]! / (this.#count[quantile]! - 1)),
        count: this.#count[quantile]!,
        share: this.#count[quantile]! / total,
      }));
  }
}
