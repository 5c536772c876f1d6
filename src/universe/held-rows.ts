import { type SessionRows, uninitializedRows, type Walk } from "../keys/find/session-rows.js";
import type { UniverseSource } from "../keys/find/window-rows.js";
import { lowerBound, upperBound } from "../search.js";

/**
 * A universe's rows in all sessions of an index, in which what others look up is found by a few searches: the rows of a
 * window of 300 × 60 take 36 µs so, and 85 looked up. 10 bytes a row.
 */
export class HeldRows implements UniverseSource {
  readonly instruments: number;
  readonly #all: SessionRows;
  readonly #marks: SessionMarks;
  #histories: Histories | undefined;

  constructor(all: SessionRows) {
    this.instruments = all.seen.length;
    this.#all = all;
    this.#marks = new SessionMarks(all);
  }

  /** The rows in the sessions [first, last): a copy, since a window that is held would hold all others with it. */
  run(first: number, last: number): SessionRows {
    const { rows, positions, ends } = this.#all;
    const [from, to] = [ends[first]!, ends[last]!];
    const own = new Uint32Array(last - first + 1);
    for (let k = 1; k < own.length; k++) own[k] = ends[first + k]! - from;
    return {
      first,
      rows: rows.slice(from, to),
      positions: positions.slice(from, to),
      ends: own,
      seen: this.#marks.seen(first, last),
    };
  }

  /** The first or last bars of each, found without counting `left` down. */
  bars(left: Int32Array, { first, last, fromLast }: Walk): SessionRows | undefined {
    const { ends } = this.#all;
    this.#histories ??= historiesOf(this.#all);
    const histories = this.#histories;
    const places = new Uint32Array(mostPlaces(histories, left));
    const seen = new Uint8Array(left.length);
    let count = 0;
    for (let i = 0; i < left.length; i++) {
      if (left[i] === 0) continue;
      let from = placeFrom(histories, i, ends[first]!);
      let to = placeFrom(histories, i, ends[last]!);
      if (fromLast) from = Math.max(from, to - left[i]!);
      else to = Math.min(to, from + left[i]!);
      if (from < to) seen[i] = 1;
      for (let at = from; at < to; at++) places[count++] = histories.places[at]!;
    }
    if (count === 0) return undefined;
    const ascending = places.subarray(0, count).sort();
    const sessionOf = (place: number) => upperBound(ends, place, first, last) - 1;
    return fromLast
      ? this.#runOf(ascending, seen, sessionOf(ascending[0]!), last)
      : this.#runOf(ascending, seen, first, sessionOf(ascending[count - 1]!) + 1);
  }

  /** Where each of some rows of the universe, ascending, lies among all of them. */
  placesOf(rows: Uint32Array): Uint32Array {
    const all = this.#all.rows;
    const places = new Uint32Array(rows.length);
    let at = rows.length === 0 ? 0 : lowerBound(all, rows[0]!, 0, all.length);
    for (let i = 0; i < rows.length; i++) {
      while (all[at] !== rows[i]) at++;
      places[i] = at;
    }
    return places;
  }

  /** The rows at `places`, ascending, as a run of the sessions [first, last). */
  #runOf(places: Uint32Array, seen: Uint8Array, first: number, last: number): SessionRows {
    const all = this.#all;
    const { rows, positions } = uninitializedRows(seen.length, places.length);
    const ends = new Uint32Array(last - first + 1);
    let s = first;
    for (let k = 0; k < places.length; k++) {
      const place = places[k]!;
      while (place >= all.ends[s + 1]!) ends[++s - first] = k;
      rows[k] = all.rows[place]!;
      positions[k] = all.positions[place]!;
    }
    ends.fill(places.length, s + 1 - first);
    return { first, rows, positions, ends, seen };
  }
}

/**
 * Which of a universe have a row, as bits of each session. To look for the 300 of a window in their histories instead
 * would take 10 µs longer, and 30 more for the cells that these push out of the processor's cache.
 */
class SessionMarks {
  readonly #instruments: number;
  /** So many of 32 bits a session. */
  readonly #words: number;
  readonly #bits: Uint32Array;

  constructor({ positions, ends, seen }: SessionRows) {
    this.#instruments = seen.length;
    this.#words = Math.ceil(seen.length / 32);
    this.#bits = new Uint32Array(this.#words * (ends.length - 1));
    for (let s = 0; s < ends.length - 1; s++) {
      for (let at = ends[s]!; at < ends[s + 1]!; at++) {
        const position = positions[at]!;
        this.#bits[s * this.#words + (position >>> 5)]! |= 1 << (position & 31);
      }
    }
  }

  /** 1 for each that has a row in the sessions [first, last). */
  seen(first: number, last: number): Uint8Array {
    const seen = new Uint8Array(this.#instruments);
    for (let word = 0; word < this.#words; word++) {
      let bits = 0;
      for (let s = first; s < last; s++) bits |= this.#bits[s * this.#words + word]!;
      const end = Math.min(seen.length, 32 * (word + 1));
      for (let i = 32 * word; i < end; i++) seen[i] = (bits >>> (i & 31)) & 1;
    }
    return seen;
  }
}

/** Where each instrument's rows lie among those of its universe. */
interface Histories {
  readonly places: Uint32Array;
  /** Where each one's places begin, and where the last one's end. */
  readonly starts: Uint32Array;
}

function historiesOf({ positions, seen }: SessionRows): Histories {
  const starts = new Uint32Array(seen.length + 1);
  for (let at = 0; at < positions.length; at++) starts[positions[at]! + 1]!++;
  for (let i = 0; i < seen.length; i++) starts[i + 1]! += starts[i]!;
  const places = new Uint32Array(positions.length);
  const next = starts.slice();
  for (let at = 0; at < positions.length; at++) places[next[positions[at]!]!++] = at;
  return { places, starts };
}

/** As many as are left, but no more than each instrument has. */
function mostPlaces({ starts }: Histories, left: Int32Array): number {
  let most = 0;
  for (let i = 0; i < left.length; i++) most += Math.min(left[i]!, starts[i + 1]! - starts[i]!);
  return most;
}

/** The first of an instrument's places that is not less than `place`. `lowerBound` has seen arrays of many types. */
function placeFrom({ places, starts }: Histories, position: number, place: number): number {
  let [low, high] = [starts[position]!, starts[position + 1]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
