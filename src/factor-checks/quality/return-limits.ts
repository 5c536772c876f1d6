import type { SessionFrame } from "./session-frame.js";

/**
 * The returns of each instrument that are too far from its mean: alphalens' `filter_zscore`, which looks ahead, since
 * mean and deviation are those of all sessions.
 */
export class ReturnLimits {
  readonly #count: Float64Array[];
  readonly #mean: Float64Array[];
  readonly #squares: Float64Array[];
  readonly #most: number;

  /** @param most standard deviations (ddof 1) */
  constructor(horizons: number, instruments: number, most: number) {
    const series = () => Array.from({ length: horizons }, () => new Float64Array(instruments));
    [this.#count, this.#mean, this.#squares] = [series(), series(), series()];
    this.#most = most;
  }

  /** Counts a session's returns (Welford). */
  count({ size, codes, returns }: SessionFrame): void {
    for (const [h, y] of returns.entries()) {
      const [count, mean, squares] = [this.#count[h]!, this.#mean[h]!, this.#squares[h]!];
      for (let i = 0; i < size; i++) {
        if (Number.isNaN(y[i]!)) continue;
        const code = codes[i]!;
        const off = y[i]! - mean[code]!;
        count[code]!++;
        mean[code]! += off / count[code]!;
        squares[code]! += off * (y[i]! - mean[code]!);
      }
    }
  }

  /** Blanks those of a session that are beyond. */
  apply({ size, codes, returns }: SessionFrame): void {
    for (const [h, y] of returns.entries()) {
      const [count, mean, squares] = [this.#count[h]!, this.#mean[h]!, this.#squares[h]!];
      for (let i = 0; i < size; i++) {
        const code = codes[i]!;
        const std = Math.sqrt(squares[code]! / (count[code]! - 1));
        if (Math.abs(y[i]! - mean[code]!) > this.#most * std) y[i] = Number.NaN;
      }
    }
  }
}
