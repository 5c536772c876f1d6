import { type CrossOperator, crossSections } from "../expression/cross-section.js";
import type { FactorCheck } from "./check-factors.js";

/** A session counts for the IC with at least so many instruments that have both values. */
export const LEAST_INSTRUMENTS = 10;
/** There is an IC with at least so many of such sessions: about a month of daily bars. */
export const LEAST_SESSIONS = 20;

/** Standard deviations up to this are rounding: the sessions' coefficients are all the same. */
const NO_DEVIATION = 1e-12;

/** How a factor and a label go together, over the sessions that count. */
export type Coefficients = Required<Pick<FactorCheck, "ic" | "rankIc" | "icSessions">> &
  Pick<FactorCheck, "icir" | "rankIcir">;

/**
 * Collects a factor's correlation with a label session by session: qlib's `calc_ic` (qlib.contrib.eva.alpha), which is
 * pandas' `groupby(datetime)` and `corr` with `method="pearson"` and `"spearman"`. Cells that are not finite take no part,
 * nor do sessions in which either is constant. Accumulated in float64.
 */
export class SessionCorrelations {
  readonly #pearson: number[] = [];
  readonly #spearman: number[] = [];
  #rows = sessionRows(0);

  /** A session's cells, and the label beside them. */
  add(factor: Float64Array, label: Float32Array): void {
    if (factor.length > this.#rows.x.length) this.#rows = sessionRows(factor.length);
    const { x, y, xRanks, yRanks } = this.#rows;
    let n = 0;
    for (let i = 0; i < factor.length; i++) {
      const [a, b] = [factor[i]!, label[i]!];
      x[n] = a;
      y[n] = b;
      n += a - a === 0 && b - b === 0 ? 1 : 0; // the next takes the place of one that does not count
    }
    if (n < LEAST_INSTRUMENTS) return;
    const coefficient = correlation(x, y, n);
    if (Number.isNaN(coefficient)) return;
    rank(x, n, xRanks);
    rank(y, n, yRanks);
    this.#pearson.push(coefficient);
    this.#spearman.push(correlation(xRanks, yRanks, n));
  }

  /** Undefined where there are fewer than LEAST_SESSIONS. */
  coefficients(): Coefficients | undefined {
    const icSessions = this.#pearson.length;
    if (icSessions < LEAST_SESSIONS) return undefined;
    const [ic, icir] = meanAndRatio(this.#pearson);
    const [rankIc, rankIcir] = meanAndRatio(this.#spearman);
    return {
      ic,
      ...(icir !== undefined && { icir }),
      rankIc,
      ...(rankIcir !== undefined && { rankIcir }),
      icSessions,
    };
  }
}

function sessionRows(rows: number) {
  const array = () => new Float64Array(rows);
  return { x: array(), y: array(), xRanks: array(), yRanks: array() };
}

const RANK: CrossOperator = { name: "rank", score: 0, bins: 0 };

/** The rank of each of the first `n` cells over n, ties averaged: the scale is nothing to a correlation. */
function rank(cells: Float64Array, n: number, out: Float64Array): void {
  crossSections(RANK, { offsets: Uint32Array.of(0, n) }, { from: 0, to: 1 }, cells, [], out);
}

/**
 * Pearson's correlation of the first `n` cells of two arrays; NaN where either is constant. Both are counted from
 * their first cell, so that a constant has exactly no spread and a large offset takes no digits.
 */
export function correlation(x: Float64Array, y: Float64Array, n: number): number {
  const [x0, y0] = [x[0]!, y[0]!];
  let [xSum, ySum] = [0, 0];
  for (let i = 0; i < n; i++) {
    xSum += x[i]! - x0;
    ySum += y[i]! - y0;
  }
  const [xMean, yMean] = [xSum / n, ySum / n];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i]! - x0 - xMean, y[i]! - y0 - yMean];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const spread = Math.sqrt(xx) * Math.sqrt(yy);
  if (!(spread > 0 && spread < Number.POSITIVE_INFINITY)) return Number.NaN;
  return Math.max(-1, Math.min(1, xy / spread));
}

function meanAndRatio(values: readonly number[]): [mean: number, ratio: number | undefined] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return [mean, deviation > NO_DEVIATION ? mean / deviation : undefined];
}
