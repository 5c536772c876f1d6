import type { SessionCells } from "./session-cells.js";

/** Collects the mean returns of each bin, session by session: alphalens' `mean_return_by_quantile`. */
export class QuantileTally {
  /** By horizon: the mean of each session's bin at session · bins + bin - 1, NaN where it is empty. */
  readonly means: readonly Float64Array[];
  /** The standard error of each: std (ddof 1) / √n. */
  readonly errors: readonly Float64Array[];
  /** By horizon: the mean of each session's group and bin at (session · groups + group) · bins + bin - 1. */
  readonly groupMeans: readonly Float64Array[];
  readonly #bins: number;
  readonly #groups: number;
  readonly #demean: "session" | "group" | "none";
  readonly #level: Float64Array;

  constructor(
    horizons: number,
    sessions: number,
    bins: number,
    groups: number,
    demean: "session" | "group" | "none",
  ) {
    const series = (size: number) =>
      Array.from({ length: horizons }, () => new Float64Array(size).fill(Number.NaN));
    this.means = series(sessions * bins);
    this.errors = series(sessions * bins);
    this.groupMeans = series(sessions * groups * bins);
    this.#bins = bins;
    this.#groups = groups;
    this.#demean = demean;
    this.#level = new Float64Array(Math.max(1, groups));
  }

  /** @param returns by horizon, as the market gave them */
  take({ frame, at, bins, groups }: SessionCells, returns: readonly Float64Array[]): void {
    for (const [h, y] of returns.entries()) {
      this.#setLevels(frame.size, y, bins, groups);
      const [sums, squares, counts] = [0, 1, 2].map(() => new Float64Array(this.#bins + 1));
      const inGroups = this.#groups > 0 ? new Float64Array(2 * this.#groups * this.#bins) : undefined;
      for (let i = 0; i < frame.size; i++) {
        const bin = bins[i]!;
        if (bin === 0 || Number.isNaN(y[i]!)) continue;
        const r = y[i]! - this.#levelOf(groups, i);
        sums![bin]! += r;
        counts![bin]!++;
        if (inGroups && groups![i]! >= 0) {
          const place = 2 * (groups![i]! * this.#bins + bin - 1);
          inGroups[place]! += r;
          inGroups[place + 1]!++;
        }
      }
      for (let bin = 1; bin <= this.#bins; bin++) sums![bin]! /= counts![bin]!;
      for (let i = 0; i < frame.size; i++) {
        const bin = bins[i]!;
        if (bin === 0 || Number.isNaN(y[i]!)) continue;
        squares![bin]! += (y[i]! - this.#levelOf(groups, i) - sums![bin]!) ** 2;
      }
      for (let bin = 1; bin <= this.#bins; bin++) {
        const place = at * this.#bins + bin - 1;
        const n = counts![bin]!;
        this.means[h]![place] = sums![bin]!;
        this.errors[h]![place] = Math.sqrt(squares![bin]! / (n - 1)) / Math.sqrt(n);
      }
      if (!inGroups) continue;
      const base = at * this.#groups * this.#bins;
      for (let k = 0; k < this.#groups * this.#bins; k++) {
        this.groupMeans[h]![base + k] = inGroups[2 * k]! / inGroups[2 * k + 1]!;
      }
    }
  }

  #levelOf(groups: Int32Array | undefined, row: number): number {
    return this.#level[this.#demean === "group" ? groups![row]! : 0]!;
  }

  /** What is taken off each return: the mean of the session's cells, or of its group's. */
  #setLevels(size: number, y: Float64Array, bins: Uint8Array, groups: Int32Array | undefined): void {
    const level = this.#level.fill(0);
    if (this.#demean === "none") return;
    const counts = new Float64Array(level.length);
    for (let i = 0; i < size; i++) {
      if (bins[i] === 0 || Number.isNaN(y[i]!)) continue;
      const place = this.#demean === "group" ? groups![i]! : 0;
      level[place]! += y[i]!;
      counts[place]!++;
    }
    for (let k = 0; k < level.length; k++) level[k]! /= counts[k]!;
  }
}
