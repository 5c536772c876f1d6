import type { PanelIndex } from "../keys/panel-index.js";
import { mapInstruments } from "./instrument-map.js";
import { type SessionSlots, sessionSlots } from "./session-slots.js";

/** Which row of one index, the right, stands beside each row of another, the left. */
export class RowAlignment {
  /** How many left rows have a right row. */
  readonly matched: number;
  /** The first right row, where the right rows are one contiguous run without a gap: row i is `run + i`. */
  readonly run: number | undefined;
  readonly #length: number;
  #rows: Int32Array | undefined;

  private constructor(length: number, matched: number, rows: Int32Array | undefined, run?: number) {
    this.#length = length;
    this.matched = matched;
    this.#rows = rows;
    this.run = run;
  }

  /** Left row i stands beside right row `first + i`. */
  static ofRun(first: number, length: number): RowAlignment {
    return new RowAlignment(length, length, undefined, first);
  }

  /** Of a right row or -1 per left row, of which `matched` are rows. */
  static of(rows: Int32Array, matched = countRows(rows)): RowAlignment {
    const n = rows.length;
    if (n > 0 && matched === n && isRun(rows)) return RowAlignment.ofRun(rows[0]!, n);
    return new RowAlignment(n, matched, rows);
  }

  /** How many left rows there are. */
  get length(): number {
    return this.#length;
  }

  /** The right row of each left row, -1 where there is none. */
  get rows(): Int32Array {
    if (!this.#rows) {
      this.#rows = new Int32Array(this.#length);
      for (let i = 0; i < this.#length; i++) this.#rows[i] = this.run! + i;
    }
    return this.#rows;
  }
}

function countRows(rows: Int32Array): number {
  let count = rows.length;
  for (let i = 0; i < rows.length; i++) count += rows[i]! >> 31; // -1 where there is none; a branch would cost more
  return count;
}

function isRun(rows: Int32Array): boolean {
  if (rows[rows.length - 1] !== rows[0]! + rows.length - 1) return false;
  for (let i = 1; i < rows.length; i++) if (rows[i] !== rows[i - 1]! + 1) return false;
  return true;
}

/** Searching a session's codes for one instrument costs about as much as going through this many of them. */
const ROWS_PER_SEARCH = 32;

/**
 * The row of `right` with the key of each row of `left`. Sessions are merged and instruments mapped once, by
 * their canonical spelling; the rows of a session meet through one slot an instrument, so that it does not
 * matter whether both spellings sort alike, and where the left has few rows these are searched for. O(rows of
 * the sessions that both have); no key is hashed.
 */
export function alignRows(left: PanelIndex, right: PanelIndex): RowAlignment {
  if (left === right) return RowAlignment.ofRun(0, left.rowCount);
  const toLeft = mapInstruments(right.instruments, left.instruments);
  if (sameRows(left, right, toLeft)) return RowAlignment.ofRun(0, left.rowCount);
  const rows = new Int32Array(left.rowCount);
  const sessions = matchSessions(left.datetimes, right.datetimes);
  const toRight = new Int32Array(left.instruments.length).fill(-1);
  for (let code = 0; code < toLeft.length; code++) {
    if (toLeft[code]! >= 0) toRight[toLeft[code]!] = code;
    else toLeft[code] = left.instruments.length;
  }
  let slots: SessionSlots | undefined;
  let matched = 0;
  for (let s = 0; s < sessions.length; s++) {
    const [t, first, last] = [sessions[s]!, left.startOf(s), left.startOf(s + 1)];
    if (t < 0) {
      rows.fill(-1, first, last);
      continue;
    }
    const [begin, end] = [right.startOf(t), right.startOf(t + 1)];
    if ((last - first) * ROWS_PER_SEARCH < end - begin) {
      const codes = left.codesOf(first, last);
      for (let i = 0; i < codes.length; i++) {
        const code = toRight[codes[i]!]!;
        const row = code < 0 ? -1 : right.rowOf(t, code);
        rows[first + i] = row;
        if (row >= 0) matched++;
      }
    } else {
      slots ??= sessionSlots(left, right, toLeft);
      matched += slots.meet(begin, end, first, last, rows);
    }
  }
  return RowAlignment.of(rows, matched);
}

/** For each of the ascending times `left` the position of the same time in `right`, or -1. */
export function matchSessions(left: BigInt64Array, right: BigInt64Array): Int32Array {
  const found = new Int32Array(left.length).fill(-1);
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const [a, b] = [left[i]!, right[j]!];
    if (a === b) found[i++] = j++;
    else if (a < b) i++;
    else j++;
  }
  return found;
}

/** Whether both have the same keys, instruments under whatever spelling, in the same order. */
export function sameKeys(a: PanelIndex, b: PanelIndex): boolean {
  return (
    a === b || (a.rowCount === b.rowCount && sameRows(a, b, mapInstruments(b.instruments, a.instruments)))
  );
}

/** `sameKeys`, where `toLeft` maps the right's codes. */
function sameRows(left: PanelIndex, right: PanelIndex, toLeft: Int32Array): boolean {
  if (left.rowCount !== right.rowCount || left.sessionCount !== right.sessionCount) return false;
  if (toLeft.some((position, code) => position !== code)) return false;
  for (let s = 0; s < left.sessionCount; s++) if (left.startOf(s) !== right.startOf(s)) return false;
  return sameBytes(left.datetimes, right.datetimes) && sameBytes(left.codes, right.codes);
}

function sameBytes(a: BigInt64Array | Int32Array, b: BigInt64Array | Int32Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  );
}
