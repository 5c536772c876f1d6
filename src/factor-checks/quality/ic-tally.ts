import { Argsort } from "./argsort.js";
import { averageRanks, pairCorrelation } from "./ranks.js";
import type { SessionCells } from "./session-cells.js";

/** Collects the correlations of a factor with each horizon's returns, session by session: qlib's `calc_ic`. */
export class IcTally {
  /** By horizon, one a session; NaN where there is none. */
  readonly ic: readonly Float64Array[];
  readonly rankIc: readonly Float64Array[];
  /** By group, then horizon: ranks within the group. */
  readonly byGroup: readonly (readonly Float64Array[])[];
  readonly #least: number;
  readonly #adjusted: boolean;
  readonly #argsort = new Argsort();
  readonly #order: Uint32Array;
  readonly #xRanks: Float64Array;
  readonly #yRanks: Float64Array;
  readonly #xGroup: Float64Array;
  readonly #yGroup: Float64Array;

  /** @param least instruments that a session needs @param adjusted whether returns are not the frame's own */
  constructor(
    horizons: number,
    sessions: number,
    rows: number,
    least: number,
    groups: number,
    adjusted: boolean,
  ) {
    const series = () => Array.from({ length: horizons }, () => new Float64Array(sessions).fill(Number.NaN));
    this.ic = series();
    this.rankIc = series();
    this.byGroup = Array.from({ length: groups }, series);
    this.#least = least;
    this.#adjusted = adjusted;
    this.#order = new Uint32Array(rows);
    [this.#xRanks, this.#yRanks] = [new Float64Array(rows), new Float64Array(rows)];
    [this.#xGroup, this.#yGroup] = [new Float64Array(rows), new Float64Array(rows)];
  }

  take(cells: SessionCells): void {
    const { frame, at, x, returns } = cells;
    for (const [h, y] of returns.entries()) {
      const sorted = this.#adjusted
        ? { rows: this.#order, count: this.#argsort.sort(y, frame.size, this.#order) }
        : frame.order(h);
      const pairs = averageRanks(x, cells.order, cells.count, this.#xRanks, y);
      if (pairs < this.#least) continue;
      averageRanks(y, sorted.rows, sorted.count, this.#yRanks, x);
      this.ic[h]![at] = pairCorrelation(x, y, frame.size).correlation;
      this.rankIc[h]![at] = pairCorrelation(this.#xRanks, this.#yRanks, frame.size, x, y).correlation;
    }
    if (cells.groups) for (let group = 0; group < this.byGroup.length; group++) this.#takeGroup(cells, group);
  }

  #takeGroup({ frame, at, x, groups, returns }: SessionCells, group: number): void {
    const [own, beside] = [this.#xGroup, this.#yGroup];
    for (const [h, y] of returns.entries()) {
      let n = 0;
      for (let i = 0; i < frame.size; i++) {
        if (groups![i] !== group || Number.isNaN(x[i]!) || Number.isNaN(y[i]!)) continue;
        own[n] = x[i]!;
        beside[n++] = y[i]!;
      }
      averageRanks(own, this.#order, this.#argsort.sort(own, n, this.#order), this.#xRanks);
      averageRanks(beside, this.#order, this.#argsort.sort(beside, n, this.#order), this.#yRanks);
      this.byGroup[group]![h]![at] = pairCorrelation(this.#xRanks, this.#yRanks, n).correlation;
    }
  }
}
