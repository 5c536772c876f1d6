import { uninitializedArray } from "../../columns/uninitialized.js";

/** Instruments to look up: ascending codes, the position the caller gives each, and what a walk remembers of them. */
export interface WantedInstruments {
  readonly codes: Int32Array;
  readonly positions: Int32Array;
  /** 1 at the position of each that has been found. */
  readonly seen: Uint8Array;
  /** For `scanSession`, once it was asked: the position and 1 of every code, 0 of those not wanted. */
  places?: Uint32Array;
}

/** Rows, and the position in `WantedInstruments` of each one's instrument. */
export interface FoundRows {
  readonly rows: Uint32Array;
  readonly positions: Uint16Array | Int32Array;
}

/** What was found in a run of sessions. */
export interface SessionRows extends FoundRows {
  /** The first session of the run. */
  readonly first: number;
  /** Where the rows of each session end, after a 0: one more than there are sessions. */
  readonly ends: Uint32Array;
  /** 1 at the position of each instrument that has a row. */
  readonly seen: Uint8Array;
}

/** The sessions [first, last), from the first one on, or with `fromLast` from the last one back. */
export interface Walk {
  readonly first: number;
  readonly last: number;
  readonly fromLast: boolean;
}

/** Room for rows of so many instruments. */
export function uninitializedRows(instruments: number, rows: number): FoundRows {
  return {
    rows: uninitializedArray(Uint32Array, rows),
    positions:
      instruments <= 1 << 16 ? uninitializedArray(Uint16Array, rows) : uninitializedArray(Int32Array, rows),
  };
}

/** The first `count` entries; a sparse result must not hold on to the room that a full one would have needed. */
export function trimmed<T extends Uint32Array | Uint16Array | Int32Array>(all: T, count: number): T {
  return (count * 2 < all.length ? all.slice(0, count) : all.subarray(0, count)) as T;
}

/** Two runs, of which the second begins where the first one ends. */
export function concatRuns(a: SessionRows, b: SessionRows): SessionRows {
  const count = a.rows.length;
  const { rows, positions } = uninitializedRows(a.seen.length, count + b.rows.length);
  rows.set(a.rows);
  rows.set(b.rows, count);
  positions.set(a.positions);
  positions.set(b.positions, count);
  const ends = new Uint32Array(a.ends.length + b.ends.length - 1);
  ends.set(a.ends);
  for (let k = 1; k < b.ends.length; k++) ends[a.ends.length - 1 + k] = count + b.ends[k]!;
  const seen = a.seen.map((mark, position) => mark | b.seen[position]!);
  return { first: a.first, rows, positions, ends, seen };
}
