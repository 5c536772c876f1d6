import { PanelIndex } from "./panel-index.js";
import { gallop } from "./search.js";

/** Rows of a panel in ascending order, and the index they make. */
export interface PickedRows {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
}

/** Looking an instrument up in a session costs about as much as scanning this many of its rows. */
const LOOKUP_PER_SCAN = 4;

/**
 * The rows of some instruments (`wanted`, ascending codes) in the sessions [first, last). By the cheapest of
 * three ways: scan every row of the range, look each instrument up in each session, or take the rows from the
 * by-instrument order.
 */
export function selectRows(index: PanelIndex, wanted: Int32Array, first: number, last: number): PickedRows {
  const [firstRow, lastRow] = [index.startOf(first), index.startOf(last)];
  const lookups = wanted.length * (last - first);
  if (lookups * LOOKUP_PER_SCAN > lastRow - firstRow) return scanSessions(index, wanted, first, last);
  if (index.prefersInstrumentOrder(lookups)) {
    return mergeInstruments(index, wanted, first, last, Number.POSITIVE_INFINITY, false);
  }
  return walkForward(index, wanted, first, last, Number.POSITIVE_INFINITY);
}

/** The last (or, `forward`, the first) `bars` rows of each wanted instrument in the sessions [first, last). */
export function selectLastRows(
  index: PanelIndex,
  wanted: Int32Array,
  first: number,
  last: number,
  bars: number,
  forward: boolean,
): PickedRows {
  // How far the walk goes is not known: to the whole range for an instrument that has left.
  if (index.prefersInstrumentOrder(wanted.length * Math.min(last - first, 2 * bars))) {
    return mergeInstruments(index, wanted, first, last, bars, forward);
  }
  return forward
    ? walkForward(index, wanted, first, last, bars)
    : walkBackward(index, wanted, first, last, bars);
}

/** Every row of the range is looked at once; for universes that are a good part of the market. */
function scanSessions(index: PanelIndex, wanted: Int32Array, first: number, last: number): PickedRows {
  const firstRow = index.startOf(first);
  const codes = index.codesOf(firstRow, index.startOf(last));
  const position = new Int32Array(index.instruments.length).fill(-1);
  for (let i = 0; i < wanted.length; i++) position[wanted[i]!] = i;
  const out = new Collector(index, wanted, first, last, codes.length);
  for (let s = first; s < last; s++) {
    const end = index.startOf(s + 1) - firstRow;
    for (let at = index.startOf(s) - firstRow; at < end; at++) {
      const i = position[codes[at]!]!;
      if (i >= 0) out.add(firstRow + at, i);
    }
    out.endSession(s);
  }
  return out.finish();
}

/**
 * Each instrument is looked up in each session, from where it stood in the session before: the market changes
 * little from one session to the next, so that this is a step or two.
 */
function walkForward(
  index: PanelIndex,
  wanted: Int32Array,
  first: number,
  last: number,
  bars: number,
): PickedRows {
  const firstRow = index.startOf(first);
  const codes = index.codesOf(firstRow, index.startOf(last));
  const out = new Collector(index, wanted, first, last, codes.length);
  const place = new Int32Array(wanted.length);
  const left = new Float64Array(wanted.length).fill(bars);
  let active = Int32Array.from(wanted.keys());
  for (let s = first; s < last && active.length > 0; s++) {
    const [begin, end] = [index.startOf(s) - firstRow, index.startOf(s + 1) - firstRow];
    let done = 0;
    for (let a = 0; a < active.length; a++) {
      const i = active[a]!;
      const at = gallop(codes, wanted[i]!, begin, end, begin + place[i]!);
      place[i] = at - begin;
      if (at < end && codes[at] === wanted[i]) {
        out.add(firstRow + at, i);
        left[i]!--;
        if (left[i] === 0) done++;
      }
    }
    if (done > 0) active = active.filter((i) => left[i]! > 0);
    out.endSession(s);
  }
  return out.finish();
}

/** `walkForward` from the last session back, until every instrument has its bars. */
function walkBackward(
  index: PanelIndex,
  wanted: Int32Array,
  first: number,
  last: number,
  bars: number,
): PickedRows {
  const place = new Int32Array(wanted.length);
  const left = new Int32Array(wanted.length).fill(bars);
  let active = Int32Array.from(wanted.keys());
  // Rows and positions are found last session first; each session's run is ascending and is turned in place.
  const found = new RowStack(wanted.length * bars);
  const sessions: number[] = [];
  const ends: number[] = [];
  for (let s = last - 1; s >= first && active.length > 0; s--) {
    const [begin, end] = [index.startOf(s), index.startOf(s + 1)];
    const codes = index.codesOf(begin, end);
    const before = found.length;
    let done = 0;
    for (let a = active.length - 1; a >= 0; a--) {
      const i = active[a]!;
      const at = gallop(codes, wanted[i]!, 0, codes.length, place[i]!);
      place[i] = at;
      if (at < codes.length && codes[at] === wanted[i]) {
        found.push(begin + at, i);
        left[i]!--;
        if (left[i] === 0) done++;
      }
    }
    if (done > 0) active = active.filter((i) => left[i]! > 0);
    if (found.length > before) {
      sessions.push(s);
      ends.push(found.length);
    }
  }
  const { rows, positions } = found.reversed();
  const n = sessions.length;
  const offsets = new Uint32Array(n + 1);
  for (let k = 0; k < n; k++) offsets[n - k] = rows.length - (k === 0 ? 0 : ends[k - 1]!);
  return finishRows(index, wanted, rows, positions, Int32Array.from(sessions).reverse(), offsets);
}

/**
 * The rows of each instrument are a slice of the by-instrument order. One instrument's are ready; those of
 * several are put in row order through a bitmap of the range.
 */
function mergeInstruments(
  index: PanelIndex,
  wanted: Int32Array,
  first: number,
  last: number,
  bars: number,
  forward: boolean,
): PickedRows {
  const order = index.instrumentOrder();
  const codes = index.codes;
  const [firstRow, lastRow] = [index.startOf(first), index.startOf(last)];
  const runs = Array.from(wanted, (code) => {
    const all = order.rows.subarray(order.starts[code]!, order.starts[code + 1]!);
    const own = all.subarray(rowBound(all, firstRow), rowBound(all, lastRow));
    if (own.length <= bars) return own;
    return forward ? own.subarray(0, bars) : own.subarray(own.length - bars);
  });
  if (runs.length === 1) return oneInstrument(index, wanted, runs[0]!, first);
  const marked = new Int32Array(((lastRow - firstRow) >>> 5) + 1);
  let [count, lowest] = [0, lastRow];
  for (const run of runs) {
    count += run.length;
    if (run.length > 0 && run[0]! < lowest) lowest = run[0]!;
    for (let i = 0; i < run.length; i++) {
      const bit = run[i]! - firstRow;
      marked[bit >>> 5]! |= 1 << (bit & 31);
    }
  }
  const position = new Int32Array(index.instruments.length);
  for (let i = 0; i < wanted.length; i++) position[wanted[i]!] = i;
  const from = count > 0 ? index.sessionOf(lowest) : last;
  const out = new Collector(index, wanted, from, last, count);
  let session = from;
  let end = index.startOf(Math.min(session + 1, index.sessionCount));
  for (let word = (lowest - firstRow) >>> 5; word < marked.length; word++) {
    let bits = marked[word]!;
    while (bits !== 0) {
      const low = bits & -bits;
      bits ^= low;
      const row = firstRow + (word << 5) + 31 - Math.clz32(low);
      while (row >= end) {
        out.endSession(session++);
        end = index.startOf(session + 1);
      }
      out.add(row, position[codes[row]!]!);
    }
  }
  if (count > 0) out.endSession(session);
  return out.finish();
}

/** One instrument's rows, one a session: their sessions are found by walking both lists together. */
function oneInstrument(index: PanelIndex, wanted: Int32Array, rows: Uint32Array, first: number): PickedRows {
  const sessions = new Int32Array(rows.length);
  const { offsets } = index;
  const base = offsets[0]!;
  let s = rows.length > 0 ? index.sessionOf(rows[0]!) : first;
  for (let i = 0; i < rows.length; i++) {
    while (offsets[s + 1]! - base <= rows[i]!) s++;
    sessions[i] = s;
  }
  const each = new Uint32Array(rows.length + 1);
  for (let i = 0; i <= rows.length; i++) each[i] = i;
  return finishRows(index, wanted, rows, new Int32Array(rows.length), sessions, each);
}

function rowBound(rows: Uint32Array, row: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes rows in ascending order, session by session. */
class Collector {
  readonly #index: PanelIndex;
  readonly #wanted: Int32Array;
  readonly #rows: Uint32Array;
  readonly #positions: Int32Array;
  readonly #sessions: Int32Array;
  readonly #offsets: Uint32Array;
  #count = 0;
  #sessionCount = 0;

  constructor(index: PanelIndex, wanted: Int32Array, first: number, last: number, rangeRows: number) {
    const most = Math.min(wanted.length * (last - first), rangeRows);
    this.#index = index;
    this.#wanted = wanted;
    this.#rows = new Uint32Array(most);
    this.#positions = new Int32Array(most);
    this.#sessions = new Int32Array(last - first);
    this.#offsets = new Uint32Array(last - first + 1);
  }

  add(row: number, position: number): void {
    this.#rows[this.#count] = row;
    this.#positions[this.#count++] = position;
  }

  endSession(session: number): void {
    if (this.#offsets[this.#sessionCount] === this.#count) return;
    this.#sessions[this.#sessionCount++] = session;
    this.#offsets[this.#sessionCount] = this.#count;
  }

  finish(): PickedRows {
    const [n, sessions] = [this.#count, this.#sessionCount];
    // A sparse result must not hold on to the room that a full one would have needed.
    const trim = n * 2 < this.#rows.length;
    const rows = trim ? this.#rows.slice(0, n) : this.#rows.subarray(0, n);
    const positions = trim ? this.#positions.slice(0, n) : this.#positions.subarray(0, n);
    const offsets = this.#offsets.subarray(0, sessions + 1);
    return finishRows(
      this.#index,
      this.#wanted,
      rows,
      positions,
      this.#sessions.subarray(0, sessions),
      offsets,
    );
  }
}

/** Pairs of row and position, pushed in descending order of rows. */
class RowStack {
  #rows: Uint32Array;
  #positions: Int32Array;
  length = 0;

  constructor(most: number) {
    this.#rows = new Uint32Array(Math.min(most, 1 << 16));
    this.#positions = new Int32Array(this.#rows.length);
  }

  push(row: number, position: number): void {
    if (this.length === this.#rows.length) {
      const [rows, positions] = [this.#rows, this.#positions];
      this.#rows = new Uint32Array(rows.length * 2 + 1);
      this.#positions = new Int32Array(rows.length * 2 + 1);
      this.#rows.set(rows);
      this.#positions.set(positions);
    }
    this.#rows[this.length] = row;
    this.#positions[this.length++] = position;
  }

  reversed(): { rows: Uint32Array; positions: Int32Array } {
    return {
      rows: this.#rows.slice(0, this.length).reverse(),
      positions: this.#positions.slice(0, this.length).reverse(),
    };
  }
}

/** The index of picked rows: only the sessions and instruments that have one. */
function finishRows(
  index: PanelIndex,
  wanted: Int32Array,
  rows: Uint32Array,
  positions: Int32Array,
  sessions: Int32Array,
  offsets: Uint32Array,
): PickedRows {
  const used = new Uint8Array(wanted.length);
  for (let i = 0; i < positions.length; i++) used[positions[i]!] = 1;
  const kept: string[] = [];
  const renumbered = new Int32Array(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    renumbered[i] = kept.length;
    if (used[i] === 1) kept.push(index.instruments[wanted[i]!]!);
  }
  if (kept.length < wanted.length) {
    for (let i = 0; i < positions.length; i++) positions[i] = renumbered[positions[i]!]!;
  }
  const datetimes = new BigInt64Array(sessions.length);
  for (let s = 0; s < sessions.length; s++) datetimes[s] = index.datetimes[sessions[s]!]!;
  const parts = { datetimes, instruments: kept, offsets, codes: positions, timezone: index.timezone };
  return { rows, index: new PanelIndex(parts) };
}
