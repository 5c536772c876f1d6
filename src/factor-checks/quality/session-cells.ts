import type { SessionFrame } from "./session-frame.js";

/** One session of a factor beside its market, as the tallies take it. */
export interface SessionCells {
  readonly frame: SessionFrame;
  /** Position among the sessions that series have. */
  readonly at: number;
  /** The factor's cells that count, NaN elsewhere; one a row of the frame. */
  readonly x: Float64Array;
  /** The rows that have one, ascending by it. */
  readonly order: Uint32Array;
  readonly count: number;
  /** The average rank of each of these. */
  readonly ranks: Float64Array;
  /** The bin of each row, 0 for none. */
  readonly bins: Uint8Array;
  /** The group of each row, -1 for none. */
  readonly groups: Int32Array | undefined;
  /** By horizon: the returns that correlations take, less the group's mean where asked for. */
  readonly returns: readonly Float64Array[];
}
