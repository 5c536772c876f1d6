import { Argsort } from "./argsort.js";
import type { Exposure, NeutralIc } from "./quality-figures.js";
import { averageRanks, pairCorrelation } from "./ranks.js";
import type { SessionCells } from "./session-cells.js";
import { meanOf, summarise } from "./summary.js";

/** Instruments that a session needs. */
const LEAST_INSTRUMENTS = 5;
/** Residuals below this share of the largest value are rounding, whose rank is chance. */
const ROUNDING = 1e-12;

/** What a session's factor is compared with besides returns. */
export interface SessionTraits {
  /** The natural logarithm of each row's size; NaN where there is none. */
  readonly size: Float64Array | undefined;
  /** By lag: the return over the last sessions. */
  readonly past: readonly Float64Array[];
}

/**
 * Collects how a factor goes with size, industry and past returns, and the rank IC of what least squares on size and
 * industry leave of it (`CSNeutralize`), session by session.
 */
export class ExposureTally {
  readonly #lags: readonly number[];
  readonly #series = new Map<string, number[]>();
  readonly #neutral = new Map<string, Float64Array>();
  readonly #sessions: number;
  readonly #argsort = new Argsort();
  readonly #order: Uint32Array;
  readonly #ranks: Float64Array;
  readonly #returnRanks: Float64Array;
  readonly #residuals: Float64Array;

  /** @param lags sessions of the past returns */
  constructor(lags: readonly number[], sessions: number, rows: number) {
    this.#lags = lags;
    this.#sessions = sessions;
    this.#order = new Uint32Array(rows);
    [this.#ranks, this.#returnRanks] = [new Float64Array(rows), new Float64Array(rows)];
    this.#residuals = new Float64Array(rows);
  }

  /** @param returns of the first horizon */
  take(cells: SessionCells, { size, past }: SessionTraits, returns: Float64Array): void {
    const { frame, x, groups } = cells;
    if (size) this.#correlate("size", cells, size);
    for (const [k, series] of past.entries())
      this.#correlate(`return of the last ${this.#lags[k]}`, cells, series);
    if (groups) this.#add("industry", betweenGroups(x, groups, frame.size));
    if (!size && !groups) return;
    const has = (row: number) =>
      !Number.isNaN(x[row]!) && (!size || !Number.isNaN(size[row]!)) && (!groups || groups[row]! >= 0);
    const rows: number[] = [];
    for (let row = 0; row < frame.size; row++) if (has(row)) rows.push(row);
    if (rows.length < LEAST_INSTRUMENTS) return;
    if (groups) this.#neutralIc("industry", cells, rows, groups, undefined, returns);
    if (size) this.#neutralIc("size", cells, rows, undefined, size, returns);
    if (groups && size) this.#neutralIc("industry+size", cells, rows, groups, size, returns);
  }

  #correlate(name: string, { frame, x, order, count }: SessionCells, y: Float64Array): void {
    if (averageRanks(x, order, count, this.#ranks, y) < LEAST_INSTRUMENTS) return;
    averageRanks(y, this.#order, this.#argsort.sort(y, frame.size, this.#order), this.#returnRanks, x);
    this.#add(name, pairCorrelation(this.#ranks, this.#returnRanks, frame.size, x, y).correlation);
  }

  #add(name: string, value: number): void {
    const known = this.#series.get(name) ?? [];
    this.#series.set(name, known);
    known.push(value);
  }

  /** Group means are least squares on a dummy a group; the slope on size is taken within groups (Frisch, Waugh, Lovell). */
  #neutralIc(
    name: string,
    { frame, at, x }: SessionCells,
    rows: readonly number[],
    groups: Int32Array | undefined,
    size: Float64Array | undefined,
    returns: Float64Array,
  ): void {
    const own = lessGroupMeans(rows, x, groups);
    const sizes = size && lessGroupMeans(rows, size, groups);
    let slope = 0;
    if (sizes) {
      const squares = sizes.reduce((sum, value) => sum + value * value, 0);
      const products = sizes.reduce((sum, value, k) => sum + value * own[k]!, 0);
      slope = squares > 0 ? products / squares : 0;
    }
    const scale = rows.reduce((most, row) => Math.max(most, Math.abs(x[row]!)), 0);
    const residuals = this.#residuals.fill(Number.NaN, 0, frame.size);
    for (const [k, row] of rows.entries()) {
      const rest = own[k]! - (sizes ? slope * sizes[k]! : 0);
      residuals[row] = Math.abs(rest) < ROUNDING * scale ? 0 : rest;
    }
    const count = this.#argsort.sort(residuals, frame.size, this.#order);
    averageRanks(residuals, this.#order, count, this.#ranks, returns);
    const { rows: sorted, count: have } = frame.order(0);
    averageRanks(returns, sorted, have, this.#returnRanks, residuals);
    const series = this.#neutral.get(name) ?? new Float64Array(this.#sessions).fill(Number.NaN);
    this.#neutral.set(name, series);
    series[at] = pairCorrelation(this.#ranks, this.#returnRanks, frame.size, residuals, returns).correlation;
  }

  exposures(): Exposure[] {
    return Array.from(this.#series, ([name, series]) => {
      const { mean, count } = meanOf(series);
      return { name, correlation: mean, sessions: count };
    });
  }

  neutral(horizon: number): NeutralIc[] {
    return Array.from(this.#neutral, ([against, series]) => ({
      against,
      horizon,
      rankIc: summarise(series, horizon),
    }));
  }
}

/** The cells of some rows, less the mean of their group, or of all without groups. */
function lessGroupMeans(
  rows: readonly number[],
  cells: Float64Array,
  groups: Int32Array | undefined,
): number[] {
  const sums = new Map<number, { sum: number; count: number }>();
  const groupOf = (row: number) => (groups ? groups[row]! : 0);
  for (const row of rows) {
    const known = sums.get(groupOf(row)) ?? { sum: 0, count: 0 };
    sums.set(groupOf(row), known);
    known.sum += cells[row]!;
    known.count++;
  }
  return rows.map((row) => {
    const { sum, count } = sums.get(groupOf(row))!;
    return cells[row]! - sum / count;
  });
}

/** The multiple correlation with a dummy a group: √(variance between groups / variance). */
function betweenGroups(x: Float64Array, groups: Int32Array, size: number): number {
  const rows: number[] = [];
  for (let row = 0; row < size; row++) if (!Number.isNaN(x[row]!) && groups[row]! >= 0) rows.push(row);
  if (rows.length < LEAST_INSTRUMENTS) return Number.NaN;
  const squares = (cells: readonly number[]) => cells.reduce((sum, cell) => sum + cell * cell, 0);
  const all = squares(lessGroupMeans(rows, x, undefined));
  return all > 0 ? Math.sqrt(Math.max(0, 1 - squares(lessGroupMeans(rows, x, groups)) / all)) : Number.NaN;
}
