import type { LevelCodes } from "../../columns/table.js";
import type { LevelRank } from "./level-rank.js";
import { countSortedRows, type SortedKey } from "./sorted-rows.js";

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
  /** Of the last row. */
  #last: SortedKey = { session: -1, code: -1 };

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
    const rows = datetimes.length;
    const found = places ? undefined : countSortedRows(datetimes, instruments, this.#last, this.used);
    if (!found) return this.#takeEach(datetimes, instruments);
    const [first, last] = [datetimes[0]!, datetimes[rows - 1]!];
    if (found.length === 0 || last >= size) return false;
    const before = this.counts[first + 1]!; // of a session that began in the rows before
    this.counts.set(found, first + 1);
    this.counts[first + 1]! += before;
    this.#last = { session: last, code: instruments[rows - 1]! };
    return true;
  }

  #takeEach(datetimes: LevelCodes, instruments: Int16Array | Int32Array): boolean {
    const { size, places } = this.#sessions;
    const { counts, used } = this;
    let { session: before, code: after } = this.#last;
    for (let row = 0; row < datetimes.length; ) {
      const time = datetimes[row]!;
      const session = time < 0 || time >= size ? -1 : places ? places[time]! : time;
      if (session < 0 || session < before) return false;
      if (session > before) after = -1;
      const first = row;
      for (; row < datetimes.length && datetimes[row] === time; row++) {
        const code = instruments[row]!;
        if (code <= after || code >= used.length) return false;
        used[code] = 1;
        after = code;
      }
      counts[session + 1]! += row - first;
      before = session;
    }
    this.#last = { session: before, code: after };
    return true;
  }
}
