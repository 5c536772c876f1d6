import { gallop } from "../../search.js";
import type { PanelIndex } from "../panel-index.js";
import { lookUpRows } from "./row-vectors.js";
import { scanSession } from "./scan-session.js";
import type { FoundRows, WantedInstruments } from "./session-rows.js";

/** Building a session's part of the table costs about one search in its codes for this many of its rows. */
const ROWS_PER_SEARCH = 64;
/** Sessions of a universe that are made ready at a time: their codes are read together; a walk may end at any of them. */
export const SESSIONS_AT_ONCE = 64;
/** Sessions of one instrument's history whose codes are read from a file at a time. */
const SERIES_SESSIONS = 128;
/** What was done of a session: nothing, its codes were read from a file and searched, its table was built. */
const [SEARCHED, BUILT] = [1, 2];

/** How many of a byte's bits are set. */
const BITS_OF = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
/** A table's word counts the rows of a session before it in its upper 24 bits. */
const MOST_INSTRUMENTS = 1 << 24;

/**
 * Finds the rows of (session, instrument).
 *
 * A table has a word for every eight instruments of a session: its low eight bits say which of them have a row, the
 * upper 24 how many of the session's rows come before. A row number is then that count and the bits below the
 * instrument's own. 14 million rows take 11 MB so, where their codes take 57; with 32 instruments in two words look-ups
 * took half as long again.
 *
 * A session's words are made when enough is asked of it. Until then its codes are searched, and always in a market so
 * thin that the table would be larger than the codes. Codes that are still in a file are scanned the first time they
 * are read: the look-ups of a window of 300 × 60 in a fresh process take 4 ms so, by search 13, by a new table 15.
 */
export class RowFinder {
  readonly #index: PanelIndex;
  /** `#stride` words a session; undefined in a thin market. */
  readonly #table: Uint32Array | undefined;
  readonly #stride: number;
  readonly #state: Uint8Array;
  #unbuilt: number;
  #searches = 0;
  /** The codes that were read last, of the rows from `firstRow` on. */
  #piece: { firstRow: number; codes: Int32Array } | undefined;

  constructor(index: PanelIndex) {
    this.#index = index;
    const instruments = index.instruments.length;
    this.#stride = Math.ceil(instruments / 8);
    const words = index.sessionCount * this.#stride;
    const pays = words <= index.rowCount && instruments <= MOST_INSTRUMENTS;
    this.#table = pays ? new Uint32Array(words) : undefined;
    this.#state = new Uint8Array(index.sessionCount);
    this.#unbuilt = index.sessionCount;
  }

  /** The share of the sessions that have no table yet: all, in a thin market. */
  get unbuiltShare(): number {
    return this.#unbuilt / this.#state.length;
  }

  /**
   * Makes the sessions [first, last) ready for the look-up of so many instruments in each. Where the codes lie in
   * a file, those of all these sessions are read: not too many at a time.
   */
  prepare(first: number, last: number, instruments: number): void {
    if (this.#unbuilt === 0) return;
    const [index, state] = [this.#index, this.#state];
    while (first < last && state[first] === BUILT) first++;
    if (first === last) return;
    const [firstRow, lastRow] = [index.startOf(first), index.startOf(last)];
    if (index.holdsCodes) {
      const searches = instruments * (last - first);
      this.#searches += searches;
      const few = searches * ROWS_PER_SEARCH < lastRow - firstRow;
      if (!this.#table || (few && this.#searches * ROWS_PER_SEARCH < index.rowCount)) return;
    } else if (!this.#table || !state.subarray(first, last).includes(SEARCHED)) {
      this.#piece = { firstRow, codes: index.codesOf(firstRow, lastRow) };
      for (let s = first; s < last; s++) if (state[s] !== BUILT) state[s] = SEARCHED;
      return;
    }
    this.#build(this.#table, first, last, index.codesOf(firstRow, lastRow));
  }

  /**
   * Appends to `out`, from `at` on, the session's rows of some instruments; gives where it ended.
   * `out` needs room for one more entry than there are rows.
   */
  append(session: number, wanted: WantedInstruments, out: FoundRows, at: number): number {
    if (this.#state[session] !== BUILT) {
      const [own, firstRow] = [this.#codesOf(session), this.#index.startOf(session)];
      const many = wanted.codes.length * ROWS_PER_SEARCH >= own.length;
      const end = many
        ? scanSession(own, this.#index.instruments.length, firstRow, wanted, out, at)
        : undefined;
      return end ?? searchSession(own, firstRow, wanted, out, at);
    }
    const { codes, positions, seen } = wanted;
    const { rows, positions: found } = out;
    const [table, base, firstRow] = [this.#table!, session * this.#stride, this.#index.startOf(session)];
    const from = at;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      const word = table[base + (code >>> 3)]!;
      // Written for every instrument and kept where it has a row: a branch here is guessed wrong too often.
      rows[at] = firstRow + (word >>> 8) + BITS_OF[word & ((1 << (code & 7)) - 1)]!;
      found[at] = positions[i]!;
      at += (word >>> (code & 7)) & 1;
    }
    for (let k = from; k < at; k++) seen[found[k]!] = 1;
    return at;
  }

  /**
   * `append` for all that is wanted in the sessions [first, last), which `prepare` has seen, with positions that count
   * up; `ends` gets where each session's rows end.
   */
  appendAll(
    first: number,
    last: number,
    wanted: WantedInstruments,
    out: FoundRows,
    at: number,
    ends: Uint32Array,
  ): number {
    const [table, index] = [this.#table, this.#index];
    const { rows, positions } = out;
    if (table && positions instanceof Uint16Array && this.#isBuilt(first, last)) {
      const startOf = (session: number) => index.startOf(session);
      const part = { table, stride: this.#stride, first, last, startOf };
      if (lookUpRows(part, wanted.codes, { rows, positions, seen: wanted.seen }, at, ends)) {
        return ends[last - first - 1]!;
      }
    }
    let end = at;
    for (let s = first; s < last; s++) {
      end = this.append(s, wanted, out, end);
      ends[s - first] = end;
    }
    return end;
  }

  #isBuilt(first: number, last: number): boolean {
    return this.#unbuilt === 0 || this.#state.subarray(first, last).every((state) => state === BUILT);
  }

  /** The rows of one instrument in the sessions [first, last). */
  series(code: number, first: number, last: number): Uint32Array {
    const rows = new Uint32Array(last - first);
    const [table, state, stride] = [this.#table, this.#state, this.#stride];
    const [place, bit, below] = [code >>> 3, code & 7, (1 << (code & 7)) - 1];
    let at = 0;
    for (let to = first; first < last; first = to) {
      to = Math.min(first + SERIES_SESSIONS, last);
      this.prepare(first, to, 1);
      for (let s = first; s < to; s++) {
        let row: number;
        if (table && state[s] === BUILT) {
          const word = table[s * stride + place]!;
          // A branch, unlike in `append`: an instrument trades, or does not, for many sessions on end.
          if (((word >>> bit) & 1) === 0) continue;
          row = this.#index.startOf(s) + (word >>> 8) + BITS_OF[word & below]!;
        } else {
          const own = this.#codesOf(s);
          const found = gallop(own, code, 0);
          if (found === own.length || own[found] !== code) continue;
          row = this.#index.startOf(s) + found;
        }
        rows[at++] = row;
      }
    }
    return rows.subarray(0, at);
  }

  /** The codes of a session that `prepare` has seen. */
  #codesOf(session: number): Int32Array {
    const [first, last] = [this.#index.startOf(session), this.#index.startOf(session + 1)];
    const piece = this.#piece;
    if (this.#index.holdsCodes || !piece) return this.#index.codesOf(first, last);
    return piece.codes.subarray(first - piece.firstRow, last - piece.firstRow);
  }

  /** Sessions [first, last), whose rows have these codes. */
  #build(table: Uint32Array, first: number, last: number, codes: Int32Array): void {
    const [index, stride] = [this.#index, this.#stride];
    const firstRow = index.startOf(first);
    for (let s = first; s < last; s++) {
      if (this.#state[s] === BUILT) continue;
      this.#state[s] = BUILT;
      this.#unbuilt--;
      const base = s * stride;
      const end = index.startOf(s + 1) - firstRow;
      for (let at = index.startOf(s) - firstRow; at < end; at++) {
        const code = codes[at]!;
        table[base + (code >>> 3)]! |= 1 << (code & 7);
      }
      let before = 0;
      for (let at = base; at < base + stride; at++) {
        const bits = table[at]!;
        table[at] = (before << 8) | bits;
        before += BITS_OF[bits]!;
      }
    }
    if (this.#unbuilt === 0) this.#piece = undefined;
  }
}

/** `append` by search in the session's codes, each from where the last one stands. */
function searchSession(
  own: Int32Array,
  firstRow: number,
  { codes, positions, seen }: WantedInstruments,
  { rows, positions: found }: FoundRows,
  at: number,
): number {
  let place = 0;
  for (let i = 0; i < codes.length && place < own.length; i++) {
    const code = codes[i]!;
    place = gallop(own, code, place);
    if (place === own.length || own[place] !== code) continue;
    rows[at] = firstRow + place;
    found[at++] = positions[i]!;
    seen[positions[i]!] = 1;
  }
  return at;
}
