import { RETURN_WINDOWS, ReturnMatch } from "./bar-returns.js";
import { SessionCorrelations } from "./correlation.js";
import type { EqualColumns } from "./equal-columns.js";

/** Counts the cells of one factor, session by session. */
export class FactorTally {
  /** NaN or null. */
  missing = 0;
  infinite = 0;
  /** Finite values that stand beside a row of the market. */
  covered = 0;
  /** Sessions whose finite values are not all the same. */
  variedSessions = 0;
  /** The least and the greatest finite value; the least is greater where there is none. */
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  readonly correlations = new SessionCorrelations();
  readonly equal: EqualColumns;
  /** How it goes with the market's returns around the bar, window by window. */
  readonly returns: readonly ReturnMatch[] = RETURN_WINDOWS.map((window) => new ReturnMatch(window));

  constructor(equal: EqualColumns) {
    this.equal = equal;
  }

  /** A session's cells, the market's row beside each or -1, the label there, and the returns of each window, where there are. */
  take(
    cells: Float64Array,
    rows: Int32Array,
    label: Float32Array | undefined,
    returns: readonly (Float32Array | undefined)[] = [],
  ): void {
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell - cell !== 0) {
        if (Number.isNaN(cell)) this.missing++;
        else this.infinite++;
        continue;
      }
      if (cell < least) least = cell;
      if (cell > greatest) greatest = cell;
      if (rows[i]! >= 0) this.covered++;
    }
    if (least < greatest) this.variedSessions++;
    if (least < this.least) this.least = least;
    if (greatest > this.greatest) this.greatest = greatest;
    this.equal.compare(cells, rows);
    if (label) this.correlations.add(cells, label);
    for (const [w, beside] of returns.entries()) if (beside) this.returns[w]!.add(cells, beside);
  }
}
