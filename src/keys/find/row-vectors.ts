import { instantiate, type SimdMemory } from "../../simd/load.js";

/** `assembly/rows.ts`. */
interface RowLoops {
  readonly memory: SimdMemory;
  readonly lookUp: (
    words: number,
    places: number,
    bits: number,
    below: number,
    seen: number,
    bytes: number,
    firstRow: number,
    rows: number,
    numbers: number,
  ) => number;
}

/** Words of a table, and rows that may be found, that are laid into the memory of the module at a time. */
const MOST_AT_ONCE = 1 << 19;
/** Instruments that their positions have room for. */
const MOST_INSTRUMENTS = 1 << 16;
/** Copying so many words of a session takes as long as looking up an instrument without vectors. */
const WORDS_PER_LOOK_UP = 64;
/** What is written past the last row. */
const SLACK = 16;
/** Four numbers an instrument; a word, a row and a position for all that is laid out: 6 MB, where all is used. */
const MEMORY_BYTES = 16 * MOST_INSTRUMENTS + 10 * MOST_AT_ONCE + 3 * SLACK;

let loops: RowLoops | null | undefined;

/** Sessions of a table to look instruments up in; see `RowFinder`. */
export interface TablePart {
  readonly table: Uint32Array;
  /** Words of a session. */
  readonly stride: number;
  /** The sessions [first, last), and the first row of each. */
  readonly first: number;
  readonly last: number;
  readonly startOf: (session: number) => number;
}

/**
 * Writes the rows of the instruments `codes` (all that are wanted, at most `MOST_INSTRUMENTS`) to `rows` and the position of each
 * row's instrument to `positions`, from `at` on, both with room for all; where each session's rows end to `ends`; 1 into
 * `seen` at the positions that have a row. Four instruments at a time: 18,000 look-ups take 90 µs so, 380 without
 * vectors. False where that would gain nothing, or there are no vectors; nothing is written then.
 */
export function lookUpRows(
  { table, stride, first, last, startOf }: TablePart,
  codes: Int32Array,
  out: { readonly rows: Uint32Array; readonly positions: Uint16Array; readonly seen: Uint8Array },
  at: number,
  ends: Uint32Array,
): boolean {
  const sessions = last - first;
  const few = codes.length * WORDS_PER_LOOK_UP < stride;
  if (few || sessions * Math.max(stride, codes.length) > MOST_AT_ONCE) return false;
  loops ??= loadLoops();
  if (!loops) return false;
  const { memory, lookUp } = loops;
  const bytes = Math.ceil(codes.length / 4) * 16;
  const [places, bits, below, seen, words] = [0, bytes, 2 * bytes, 3 * bytes, 4 * bytes];
  const rows = words + 4 * sessions * stride;
  const numbers = rows + 4 * sessions * codes.length + SLACK;
  const all = new Int32Array(memory.buffer);
  all.fill(0, 0, words / 4);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    all[i] = (code >>> 3) * 4;
    all[bits / 4 + i] = 1 << (code & 7);
    all[below / 4 + i] = (1 << (code & 7)) - 1;
  }
  new Uint32Array(memory.buffer, words).set(table.subarray(first * stride, last * stride));
  let found = 0;
  for (let s = first; s < last; s++) {
    const from = words + 4 * (s - first) * stride;
    const [toRows, toNumbers] = [rows + 4 * found, numbers + 2 * found];
    found += lookUp(from, places, bits, below, seen, bytes, startOf(s), toRows, toNumbers);
    ends[s - first] = at + found;
  }
  out.rows.set(new Uint32Array(memory.buffer, rows, found), at);
  out.positions.set(new Uint16Array(memory.buffer, numbers, found), at);
  for (let i = 0; i < codes.length; i++) if (all[seen / 4 + i] !== 0) out.seen[i] = 1;
  return true;
}

function loadLoops(): RowLoops | null {
  try {
    return instantiate<RowLoops>("rows", MEMORY_BYTES);
  } catch {
    return null;
  }
}
