import type { PanelIndex } from "./panel-index.js";
import { gallop } from "./search.js";

/** Instruments to look up: ascending codes, and what the caller calls each. */
export interface Sought {
  readonly codes: Int32Array;
  readonly positions: Int32Array;
}

/** Rows, and the position in `Sought` of each one's instrument. */
export interface FoundRows {
  readonly rows: Uint32Array;
  readonly positions: Int32Array;
}

/** Codes are read for about this many rows at a time while the table is built. */
const READ_ROWS = 1 << 17;
/** Building a session's part of the table costs about one search in its codes for this many of its rows. */
const ROWS_PER_SEARCH = 64;

/**
 * Finds the rows of (session, instrument). For every 32 instruments of a session a table has one word of bits,
 * which of them have a row, beside the row of the first; the rest is counting bits. A session's part is built
 * when enough is asked of it: 5 MB for 14 million rows, which the processor's cache holds, where the codes take
 * 57 MB. Until then, and in a market so thin that the table would outgrow the codes, the codes are searched.
 */
export class RowFinder {
  readonly #index: PanelIndex;
  /** Pairs of bits and first row, `#stride` words a session; undefined in a thin market. */
  readonly #table: Uint32Array | undefined;
  readonly #stride: number;
  readonly #built: Uint8Array;
  #searches = 0;

  constructor(index: PanelIndex) {
    this.#index = index;
    this.#stride = 2 * Math.ceil(index.instruments.length / 32);
    const words = index.sessionCount * this.#stride;
    this.#table = words <= index.rowCount ? new Uint32Array(words) : undefined;
    this.#built = new Uint8Array(index.sessionCount);
  }

  /** Makes the sessions [first, last) ready for the look-up of so many instruments in each. */
  prepare(first: number, last: number, instruments: number): void {
    const [index, built] = [this.#index, this.#built];
    while (first < last && built[first] === 1) first++;
    if (!this.#table || first === last) return;
    if (index.holdsCodes) {
      const searches = instruments * (last - first);
      this.#searches += searches;
      const rows = index.startOf(last) - index.startOf(first);
      if (searches * ROWS_PER_SEARCH < rows && this.#searches * ROWS_PER_SEARCH < index.rowCount) return;
    }
    for (let s = first; s < last; ) {
      const [from, firstRow] = [s++, index.startOf(s - 1)];
      while (s < last && index.startOf(s + 1) - firstRow <= READ_ROWS) s++;
      this.#build(this.#table, from, s, index.codesOf(firstRow, index.startOf(s)));
    }
  }

  /**
   * Appends to `out`, from `at` on, the session's rows of some instruments; gives where it ended.
   * `out` needs room for one more entry than there are rows.
   */
  append(session: number, sought: Sought, out: FoundRows, at: number): number {
    if (this.#built[session] === 0) return this.#search(session, sought, out, at);
    const { codes, positions } = sought;
    const { rows, positions: found } = out;
    const [table, base] = [this.#table!, session * this.#stride];
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      const word = base + (code >>> 5) * 2;
      const bits = table[word]!;
      // Written for every instrument and kept where it has a row: a branch here is guessed wrong too often.
      rows[at] = table[word + 1]! + countBits(bits & ~(-1 << (code & 31)));
      found[at] = positions[i]!;
      at += (bits >>> (code & 31)) & 1;
    }
    return at;
  }

  /**
   * Appends to `out` the rows of one instrument in the sessions [first, last), which `prepare` has seen;
   * `ends[k]` becomes the count after the first k of them. What `append` does, without a call a session.
   */
  appendSeries(first: number, last: number, code: number, out: FoundRows, ends: Uint32Array): void {
    const sought = { codes: Int32Array.of(code), positions: new Int32Array(1) };
    const [table, built, stride] = [this.#table, this.#built, this.#stride];
    const [place, below, bit] = [(code >>> 5) * 2, ~(-1 << (code & 31)), code & 31];
    const { rows } = out;
    let at = 0;
    for (let s = first; s < last; s++) {
      if (!table || built[s] === 0) at = this.#search(s, sought, out, at);
      else {
        const word = s * stride + place;
        const bits = table[word]!;
        rows[at] = table[word + 1]! + countBits(bits & below);
        at += (bits >>> bit) & 1;
      }
      ends[s - first + 1] = at;
    }
  }

  #search(session: number, { codes, positions }: Sought, out: FoundRows, at: number): number {
    const [first, last] = [this.#index.startOf(session), this.#index.startOf(session + 1)];
    const own = this.#index.codesOf(first, last);
    let place = 0;
    for (let i = 0; i < codes.length && place < own.length; i++) {
      place = gallop(own, codes[i]!, place);
      if (place === own.length || own[place] !== codes[i]) continue;
      out.rows[at] = first + place;
      out.positions[at++] = positions[i]!;
    }
    return at;
  }

  /** Sessions [first, last), whose rows have these codes. */
  #build(table: Uint32Array, first: number, last: number, codes: Int32Array): void {
    const [index, stride] = [this.#index, this.#stride];
    const firstRow = index.startOf(first);
    for (let s = first; s < last; s++) {
      if (this.#built[s] === 1) continue;
      this.#built[s] = 1;
      const base = s * stride;
      const end = index.startOf(s + 1) - firstRow;
      for (let at = index.startOf(s) - firstRow; at < end; at++) {
        const code = codes[at]!;
        table[base + (code >>> 5) * 2]! |= 1 << (code & 31);
      }
      let row = index.startOf(s);
      for (let at = base; at < base + stride; at += 2) {
        table[at + 1] = row;
        row += countBits(table[at]!);
      }
    }
  }
}

/** How many of 32 bits are set. */
function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
