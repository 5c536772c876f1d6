import type { PanelIndex } from "../../keys/panel-index.js";
import type { Sessions } from "../segments/span.js";

/** What becomes of the steps of a window that have no row: they stay NaN, repeat the row before them, or also the first after. */
export type SequenceFill = "none" | "ffill" | "ffill+bfill";
export const SEQUENCE_FILLS: readonly SequenceFill[] = ["none", "ffill", "ffill+bfill"];

/**
 * Which row each instrument has in each of some sessions: instrument by instrument, so that a window is one run.
 * `rows[code * sessionCount + session]`, -1 where there is none.
 */
export class WindowGrid {
  readonly sessionCount: number;
  readonly rows: Int32Array;

  constructor(rows: Int32Array, sessionCount: number) {
    this.rows = rows;
    this.sessionCount = sessionCount;
  }

  /** Of the sessions [first, last) of an index; in memory that other threads can see. */
  static of(index: PanelIndex, { first, last }: Sessions): WindowGrid {
    const count = last - first;
    const rows = new Int32Array(new SharedArrayBuffer(4 * count * index.instruments.length)).fill(-1);
    const begin = index.startOf(first);
    const codes = index.codesOf(begin, index.startOf(last));
    for (let s = 0; s < count; s++) {
      const [from, to] = [index.startOf(first + s), index.startOf(first + s + 1)];
      for (let row = from; row < to; row++) rows[codes[row - begin]! * count + s] = row;
    }
    return new WindowGrid(rows, count);
  }

  /**
   * The rows of the `length` sessions up to `session` of an instrument, oldest first, -1 where there is none; missing ones
   * filled as asked, from inside the window alone.
   */
  window(code: number, session: number, length: number, fill: SequenceFill, out: Int32Array): void {
    const base = code * this.sessionCount + session - length + 1;
    const before = Math.max(0, length - 1 - session);
    out.fill(-1, 0, before);
    for (let k = before; k < length; k++) out[k] = this.rows[base + k]!;
    if (fill === "none") return;
    let known = -1;
    for (let k = 0; k < length; k++) {
      if (out[k]! >= 0) known = out[k]!;
      else out[k] = known;
    }
    if (fill === "ffill") return;
    let first = 0;
    while (first < length && out[first]! < 0) first++;
    if (first < length) out.fill(out[first]!, 0, first);
  }
}
