import type { SessionCells } from "./session-cells.js";

export interface WeightRule {
  /** Less the session's mean (or median), so that longs and shorts are as large. */
  readonly demeaned: boolean;
  /** Every instrument of a side the same, by the sign. */
  readonly equal: boolean;
  /** Weights within each group first, then over all. */
  readonly byGroup: boolean;
}

/** Collects the returns of a portfolio weighted by the factor: alphalens' `factor_weights` and `factor_returns`. */
export class PortfolioTally {
  /** By horizon, one a session. */
  readonly returns: readonly Float64Array[];
  /** The plain mean of the session's returns. */
  readonly market: readonly Float64Array[];
  readonly #rule: WeightRule;
  readonly #groups: number;
  readonly #weights: Float64Array;
  readonly #some: Float64Array;

  constructor(horizons: number, sessions: number, rows: number, groups: number, rule: WeightRule) {
    const series = () => Array.from({ length: horizons }, () => new Float64Array(sessions).fill(Number.NaN));
    this.returns = series();
    this.market = series();
    this.#rule = rule;
    this.#groups = groups;
    this.#weights = new Float64Array(rows);
    this.#some = new Float64Array(rows);
  }

  /** @param returns by horizon, as the market gave them */
  take(cells: SessionCells, returns: readonly Float64Array[]): void {
    const { frame, at, x } = cells;
    const weights = this.#weightsOf(cells);
    for (const [h, y] of returns.entries()) {
      let sum = 0;
      let terms = 0;
      let total = 0;
      let rows = 0;
      for (let i = 0; i < frame.size; i++) {
        if (Number.isNaN(x[i]!) || Number.isNaN(y[i]!)) continue;
        total += y[i]!;
        rows++;
        if (Number.isNaN(weights[i]!)) continue;
        sum += weights[i]! * y[i]!;
        terms++;
      }
      this.returns[h]![at] = terms > 0 ? sum : Number.NaN;
      this.market[h]![at] = total / rows;
    }
  }

  #weightsOf({ frame, x, groups }: SessionCells): Float64Array {
    const weights = this.#weights.fill(Number.NaN, 0, frame.size);
    const parts = this.#rule.byGroup ? this.#groups : 1;
    for (let part = 0; part < parts; part++) {
      const isIn = (i: number) => !Number.isNaN(x[i]!) && (!this.#rule.byGroup || groups![i] === part);
      this.#weighPart(frame.size, x, isIn, weights);
    }
    if (this.#rule.byGroup) scale(weights, frame.size);
    return weights;
  }

  #weighPart(size: number, x: Float64Array, isIn: (i: number) => boolean, weights: Float64Array): void {
    const { demeaned, equal } = this.#rule;
    let count = 0;
    let sum = 0;
    for (let i = 0; i < size; i++) {
      if (!isIn(i)) continue;
      sum += x[i]!;
      this.#some[count++] = x[i]!;
    }
    const level = !demeaned ? 0 : equal ? medianOf(this.#some.subarray(0, count)) : sum / count;
    let longs = 0;
    let shorts = 0;
    let size1 = 0;
    for (let i = 0; i < size; i++) {
      if (!isIn(i)) continue;
      const off = x[i]! - level;
      if (off > 0) longs++;
      if (off < 0) shorts++;
      weights[i] = equal ? Math.sign(off) : off;
      size1 += Math.abs(weights[i]!);
    }
    const sides = equal && demeaned;
    const total = sides ? Math.sign(longs) + Math.sign(shorts) : size1;
    for (let i = 0; i < size; i++) {
      if (!isIn(i)) continue;
      const side = sides && weights[i] !== 0 ? (weights[i]! > 0 ? longs : shorts) : 1;
      weights[i] = weights[i]! / side / total; // 0 / 0 is NaN: one instrument, or all alike
    }
  }
}

function scale(weights: Float64Array, size: number): void {
  let total = 0;
  for (let i = 0; i < size; i++) if (!Number.isNaN(weights[i]!)) total += Math.abs(weights[i]!);
  for (let i = 0; i < size; i++) weights[i]! /= total;
}

function medianOf(cells: Float64Array): number {
  cells.sort();
  const middle = cells.length >> 1;
  return cells.length % 2 === 1 ? cells[middle]! : (cells[middle - 1]! + cells[middle]!) / 2;
}
