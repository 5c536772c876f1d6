import type { LevelCodes } from "../formats/table.js";
import { CodeRuns } from "./code-runs.js";

/** Where each entry of a level lies among the sorted ones. */
export interface LevelRank {
  /** Entries of the level as the file has it. */
  readonly size: number;
  /** The place of each, negative for a missing one; undefined where the level is sorted, as pandas writes it. */
  readonly places: Int32Array | undefined;
}

/** Of so many sessions one is looked at for the instruments it has, until all have been seen. */
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
    const runs = new CodeRuns(datetimes);
    for (let row = 0; row < datetimes.length; ) {
      const code = datetimes[row]!;
      const session = code < 0 || code >= size ? -1 : places ? places[code]! : code;
      if (session < this.#session || session < 0) return false;
      if (session > this.#session) this.#code = -1;
      const end = runs.endOf(row);
      if (!this.#ascend(instruments, row, end)) return false;
      if (session % MARK_EVERY === 0) markUsed(instruments.subarray(row, end), this.used);
      this.#session = session;
      this.counts[session + 1]! += end - row;
      row = end;
    }
    return true;
  }

  #ascend(codes: Int16Array | Int32Array, first: number, last: number): boolean {
    const after = this.#code;
    this.#code = codes[last - 1]!;
    if (this.#code >= this.used.length) return false;
    return codes instanceof Int16Array
      ? ascend16(codes, first, last, after)
      : ascend32(codes, first, last, after);
  }
}

export function markUsed(codes: Int16Array | Int32Array, used: Uint8Array): void {
  for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
}

/** Whether the codes are ascending and greater than `after`. */
function ascend16(codes: Int16Array, first: number, last: number, after: number): boolean {
  for (let i = first; i < last; i++) {
    const code = codes[i]!;
    if (code <= after) return false;
    after = code;
  }
  return true;
}

/** The same: V8 keeps each loop specialised to the one array type it has seen. */
function ascend32(codes: Int32Array, first: number, last: number, after: number): boolean {
  for (let i = first; i < last; i++) {
    const code = codes[i]!;
    if (code <= after) return false;
    after = code;
  }
  return true;
}
