import { pairCorrelation } from "./ranks.js";
import type { SessionCells } from "./session-cells.js";

/**
 * Collects how much of each bin is new, and how ranks keep, against some sessions before: alphalens'
 * `quantile_turnover` and `factor_rank_autocorrelation`, over positions of the market's calendar.
 */
export class TurnoverTally {
  readonly lags: readonly number[];
  /** By lag: the new share of each session's bin at session · bins + bin - 1. */
  readonly turnover: readonly Float64Array[];
  readonly autocorrelation: readonly Float64Array[];
  readonly #bins: number;
  /** By session modulo slots: the bin and the rank of each instrument. */
  readonly #binsBefore: Uint8Array[];
  readonly #ranksBefore: Float64Array[];
  readonly #before: Float64Array;

  constructor(lags: readonly number[], sessions: number, bins: number, instruments: number) {
    this.lags = lags;
    this.#bins = bins;
    this.turnover = lags.map(() => new Float64Array(sessions * bins).fill(Number.NaN));
    this.autocorrelation = lags.map(() => new Float64Array(sessions).fill(Number.NaN));
    const slots = Math.max(0, ...lags) + 1;
    this.#binsBefore = Array.from({ length: slots }, () => new Uint8Array(instruments));
    this.#ranksBefore = Array.from({ length: slots }, () => new Float64Array(instruments).fill(Number.NaN));
    this.#before = new Float64Array(instruments);
  }

  /** Sessions come one after the other, those without cells as well. */
  take({ frame, at, x, ranks, bins }: SessionCells): void {
    const slots = this.#binsBefore.length;
    const { codes, size } = frame;
    const [binsNow, ranksNow] = [this.#binsBefore[at % slots]!.fill(0), this.#ranksBefore[at % slots]!];
    ranksNow.fill(Number.NaN);
    for (let i = 0; i < size; i++) {
      if (Number.isNaN(x[i]!)) continue;
      binsNow[codes[i]!] = bins[i]!;
      ranksNow[codes[i]!] = ranks[i]!;
    }
    for (const [k, lag] of this.lags.entries()) {
      if (at < lag) continue;
      this.#compareBins(at, k, binsNow, this.#binsBefore[(at - lag) % slots]!);
      const before = this.#ranksBefore[(at - lag) % slots]!;
      for (let i = 0; i < size; i++) this.#before[i] = before[codes[i]!]!;
      this.autocorrelation[k]![at] = pairCorrelation(ranks, this.#before, size, x).correlation;
    }
  }

  #compareBins(at: number, k: number, now: Uint8Array, before: Uint8Array): void {
    const [held, fresh, earlier] = [0, 1, 2].map(() => new Uint32Array(this.#bins + 1));
    for (let code = 0; code < now.length; code++) {
      const bin = now[code]!;
      const old = before[code]!;
      held![bin]!++;
      earlier![old]!++;
      if (bin !== old) fresh![bin]!++;
    }
    for (let bin = 1; bin <= this.#bins; bin++) {
      const none = held![bin] === 0 || earlier![bin] === 0;
      this.turnover[k]![at * this.#bins + bin - 1] = none ? Number.NaN : fresh![bin]! / held![bin]!;
    }
  }
}
