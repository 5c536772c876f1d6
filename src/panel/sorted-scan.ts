import type { LevelCodes } from "../formats/table.js";
import { freshLoops, loopsAround } from "../simd/fresh.js";
import type { LevelRank } from "./level-rank.js";
import { changes, descents } from "./neighbours.js";

/** Which instruments have a row is looked up in one session of so many, and in the last one of each slab. */
const MARK_EVERY = 16;

/**
 * One pass over rows that should be sorted by (datetime, instrument), slab after slab: counts the rows of each
 * session. Looks at every row.
 */
export class SortedScan {
  /** counts[s + 1]: rows of session s. */
  readonly counts: Uint32Array;
  /** 1 for instruments that have a row; some of those may be 0 still, as not every session is looked at for them. */
  readonly used: Uint8Array;
  readonly #sessions: LevelRank;
  /** Session and instrument of the last row. */
  #session = -1;
  #code = -1;

  constructor(sessions: LevelRank, sessionCount: number, instrumentCount: number) {
    this.#sessions = sessions;
    this.counts = new Uint32Array(sessionCount + 1);
    this.used = new Uint8Array(instrumentCount);
  }

  /**
   * Takes the next rows, with the datetime codes of the file and instruments as positions among the sorted ones.
   * False where a row is not after the one before it, or its key is missing or out of its level.
   */
  take(datetimes: LevelCodes, instruments: Int16Array | Int32Array): boolean {
    const { size, places } = this.#sessions;
    const { counts, used } = this;
    const rows = datetimes.length;
    const starts = changes(datetimes);
    let descending = descents(instruments).length; // as many rows as begin a session, and no other
    let before = this.#session;
    let after = this.#code;
    for (let run = 0, row = 0; row < rows; run++) {
      const end = run < starts.length ? starts[run]! : rows;
      const code = datetimes[row]!;
      const session = code < 0 || code >= size ? -1 : places ? places[code]! : code;
      if (session < before || session < 0) return false;
      const first = instruments[row]!;
      const last = instruments[end - 1]!;
      if (first < 0 || last >= used.length) return false;
      if (session > before) {
        if (row > 0 && first <= after) descending--;
      } else if (row === 0 && first <= after) return false;
      if (session % MARK_EVERY === 0 || end === rows) markUsed(instruments.subarray(row, end), used);
      counts[session + 1]! += end - row;
      before = session;
      after = last;
      row = end;
    }
    this.#session = before;
    this.#code = after;
    return descending === 0;
  }
}

/** Codes in [0, 65536) where a byte of each is marked, and those for which it is not worth it. */
const CODES = 1 << 16;
const FEW_CODES = 1 << 10;

/** Sets used[code] for all codes: a fresh process takes 1 ms for the 890,000 it looks at of 14 million, 5 in a loop. */
export function markUsed(codes: Int16Array | Int32Array, used: Uint8Array): void {
  const fits = codes instanceof Int16Array && codes.length >= FEW_CODES && used.length <= CODES;
  const there = fits ? loopsAround(codes) : undefined;
  const loops = there ?? (fits ? freshLoops(CODES + codes.byteLength) : undefined);
  if (!loops) {
    for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
    return;
  }
  const marks = new Uint8Array(loops.memory.buffer, 0, used.length);
  marks.set(used);
  const from = there ? codes.byteOffset : CODES;
  if (!there) new Int16Array(loops.memory.buffer, CODES, codes.length).set(codes as Int16Array);
  loops.mark(from, from + codes.byteLength, 0);
  used.set(marks);
}
