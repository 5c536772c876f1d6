import { inspect } from "node:util";
import { DataServiceError } from "../errors.js";
import { lowerBound, upperBound } from "../search.js";
import { formatNs, type TimeInput } from "../time.js";
import { extendCalendar, isSession, sessionAfter, sessionsBetween } from "./calendar.js";
import { RowFinder } from "./find/row-finder.js";
import { indexText } from "./index-text.js";
import { type FoundCodes, InstrumentNames } from "./instrument-names.js";

/**
 * Row codes that are read on demand, rows [first, last): a window in a fresh process needs few of them, and the
 * memory for all costs more than reading them.
 */
export interface CodeSource {
  read(first: number, last: number): Int32Array;
  /**
   * The same codes from memory, as narrow as a file has them: 14 million of 16 bits take 28 MB in place of 57, and half as
   * long to read. Undefined where the file's are as wide.
   */
  hold?(): CodeSource | undefined;
}

/** Codes in a file that are asked for piece by piece are read as a whole after so many pieces, where there are few enough. */
const PIECES = 64;
const HOLD_CODES_UP_TO_ROWS = 1 << 25;

export interface PanelIndexParts {
  /** Session times, strictly ascending, epoch nanoseconds, or how to make them; every session has at least one row. */
  readonly datetimes: BigInt64Array | (() => BigInt64Array);
  /** Instrument codes, strictly ascending; in a contiguous window some may have no row. */
  readonly instruments: readonly string[];
  /**
   * Where each session's rows begin, one entry more than there are sessions. Session s holds the rows
   * [offsets[s] - offsets[0], offsets[s + 1] - offsets[0]), so that a window can share it.
   */
  readonly offsets: Uint32Array;
  /** Position in `instruments` of each row, strictly ascending within a session, unless keys may repeat. */
  readonly codes: Int32Array | CodeSource;
  /** The zone whose wall clock the datetimes show, where the file named one. */
  readonly timezone?: string | undefined;
  /** Whether every instrument is known to have a row. */
  readonly allUsed?: boolean | undefined;
  /** Whether several rows may have one key, one after another in the order of their file; see `repeats`. */
  readonly mayRepeat?: boolean | undefined;
  /** The sessions that are known, those before and after the rows' among them; the rows' own when omitted. */
  readonly calendar?: BigInt64Array | undefined;
}

/**
 * The key of a Panel: the MultiIndex (datetime, instrument) in compressed form. Rows are sorted by datetime, then
 * instrument; what is stored is one instrument code per row and where each session begins (CSR).
 */
export class PanelIndex {
  readonly instruments: readonly string[];
  readonly offsets: Uint32Array;
  readonly sessionCount: number;
  readonly rowCount: number;
  readonly timezone: string | undefined;
  /** Whether every instrument is known to have a row; in a part of a panel some may have none. @internal */
  readonly allUsed: boolean;
  #repeats: number | undefined;
  /** The calendar that the parts were given. @internal */
  readonly givenCalendar: BigInt64Array | undefined;
  #datetimes: BigInt64Array | (() => BigInt64Array);
  #codes: Int32Array | undefined;
  #codeSource: CodeSource | undefined;
  #holdsNarrow = false;
  /** How many narrow codes have been made wide. */
  #widened = 0;
  #names: InstrumentNames;
  #pieces = 0;
  #finder: RowFinder | undefined;

  /** @internal */
  constructor(parts: PanelIndexParts, names?: InstrumentNames) {
    this.#datetimes = parts.datetimes;
    this.instruments = parts.instruments;
    this.offsets = parts.offsets;
    this.sessionCount = parts.offsets.length - 1;
    this.rowCount = parts.offsets[this.sessionCount]! - parts.offsets[0]!;
    checkRowCount(this.rowCount, "a panel");
    this.timezone = parts.timezone;
    this.allUsed = parts.allUsed ?? false;
    if (!parts.mayRepeat) this.#repeats = 0;
    this.givenCalendar = parts.calendar;
    if (parts.codes instanceof Int32Array) this.#codes = parts.codes;
    else this.#codeSource = parts.codes;
    this.#names = names ?? new InstrumentNames(parts.instruments);
  }

  /** Session times, strictly ascending, epoch nanoseconds. */
  get datetimes(): BigInt64Array {
    if (typeof this.#datetimes === "function") this.#datetimes = this.#datetimes();
    return this.#datetimes;
  }

  /**
   * The sessions that `isSession`, `sessionAfter` and `sessionsBetween` count, epoch nanoseconds, ascending: the panel's own.
   * Panels and windows of a snapshot have all of their panel's, and those of the snapshot's `calendars/` after its last bar.
   */
  get calendar(): BigInt64Array {
    return this.givenCalendar ?? this.datetimes;
  }

  /** The same rows with a calendar that goes on after them. @internal */
  withCalendar(longer: BigInt64Array): PanelIndex {
    return this.#part(0, this.sessionCount, extendCalendar(this.datetimes, longer));
  }

  /** The instrument code of every row. */
  get codes(): Int32Array {
    if (!this.#codes) {
      this.#codes = this.#codeSource!.read(0, this.rowCount);
      this.#codeSource = undefined;
    }
    return this.#codes;
  }

  /** Reads the codes into memory, where they are still in a file. @internal */
  hold(): void {
    if (this.#codes || this.#holdsNarrow) return;
    const held = this.#codeSource!.hold?.();
    if (held) {
      this.#codeSource = held;
      this.#holdsNarrow = true;
      return;
    }
    this.codes; // reads them
  }

  /** Whether all codes are in memory as Int32; else `codesOf` makes them. @internal */
  get holdsCodes(): boolean {
    return this.#codes !== undefined;
  }

  /**
   * How many rows have the key of the one before them: 0 in every panel but those opened with `duplicates: "keep"`, which
   * only the right side of `asofJoin` takes. @internal
   */
  get repeats(): number {
    this.#repeats ??= this.#countRepeats();
    return this.#repeats;
  }

  #countRepeats(): number {
    const { codes } = this;
    let repeats = 0;
    for (let s = 0; s < this.sessionCount; s++) {
      const end = this.startOf(s + 1);
      for (let row = this.startOf(s) + 1; row < end; row++) if (codes[row] === codes[row - 1]) repeats++;
    }
    return repeats;
  }

  /** The codes of the rows [first, last); if the codes are still in a file, only these are read, or, after many calls, all. */
  codesOf(first: number, last: number): Int32Array {
    if (this.#codes) return this.#codes.subarray(first, last);
    if (this.#isWorthHolding(last - first)) return this.codes.subarray(first, last);
    return this.#codeSource!.read(first, last);
  }

  /** Before so many codes are read or made wide, whether all should be, for good. */
  #isWorthHolding(rows: number): boolean {
    if (!this.#holdsNarrow) return ++this.#pieces > PIECES && this.rowCount <= HOLD_CODES_UP_TO_ROWS;
    this.#widened += rows;
    return this.#widened >= this.rowCount;
  }

  /** The first row of session s; `startOf(sessionCount)` is the row count. */
  startOf(session: number): number {
    return this.offsets[session]! - this.offsets[0]!;
  }

  /** The session of a row. O(log sessions). */
  sessionOf(row: number): number {
    return upperBound(this.offsets, row + this.offsets[0]!, 0, this.offsets.length) - 1;
  }

  /** The first session at or after `ns`, which is also the number of sessions before it. */
  sessionAtOrAfter(ns: bigint): number {
    return lowerBound(this.datetimes, ns, 0, this.datetimes.length);
  }

  /** The session at exactly `ns`, or -1. */
  sessionAt(ns: bigint): number {
    const session = this.sessionAtOrAfter(ns);
    return session < this.sessionCount && this.datetimes[session] === ns ? session : -1;
  }

  /** Whether there is a session at exactly this time. @throws DataServiceError bad-request */
  isSession(datetime: TimeInput): boolean {
    return isSession(this, datetime);
  }

  /**
   * The time of the `n`-th session after `datetime`, which need not be one itself, or before it where `n` is negative; the
   * next one when omitted. Epoch nanoseconds; undefined where the calendar ends before.
   * @throws DataServiceError bad-request
   */
  sessionAfter(datetime: TimeInput, n = 1): bigint | undefined {
    return sessionAfter(this, datetime, n);
  }

  /** The times of the sessions from `start` to `end`, both inclusive; a bare end takes in its whole day. @throws DataServiceError bad-request */
  sessionsBetween(start: TimeInput, end: TimeInput): BigInt64Array {
    return sessionsBetween(this, start, end);
  }

  /** The position of an instrument in any spelling (`000001.SZ`, `SZ000001`, `sz000001`), or -1; the exact one wins. */
  codeOf(instrument: string): number {
    return this.#names.codeOf(instrument);
  }

  /** The positions of instruments in any spelling, ascending and each once, and the names that are none of these. @internal */
  codesOfAll(instruments: Iterable<string>): FoundCodes {
    return this.#names.codesOfAll(instruments);
  }

  /** The row of (session, code), or -1. O(log rows of the session). */
  rowOf(session: number, code: number): number {
    const first = this.startOf(session);
    const codes = this.codesOf(first, this.startOf(session + 1));
    const at = lowerBound(codes, code, 0, codes.length);
    return at < codes.length && codes[at] === code ? first + at : -1;
  }

  /** 1 for each instrument code that has a row. @internal */
  usedCodes(): Uint8Array {
    const { codes } = this;
    const used = new Uint8Array(this.instruments.length);
    for (let row = 0; row < codes.length; row++) used[codes[row]!] = 1;
    return used;
  }

  /** The instruments that have a row, ascending: pandas' `remove_unused_levels`. */
  usedInstruments(): string[] {
    const used = this.usedCodes();
    return this.instruments.filter((_, code) => used[code] === 1);
  }

  /** The sessions [first, last) with all their rows, sharing this index's memory. */
  slice(first: number, last: number): PanelIndex {
    return first === 0 && last === this.sessionCount ? this : this.#part(first, last, this.givenCalendar);
  }

  #part(first: number, last: number, calendar: BigInt64Array | undefined): PanelIndex {
    const [firstRow, lastRow] = [this.startOf(first), this.startOf(last)];
    return new PanelIndex(
      {
        datetimes: this.datetimes.subarray(first, last),
        instruments: this.instruments,
        offsets: this.offsets.subarray(first, last + 1),
        codes: this.#codes?.subarray(firstRow, lastRow) ?? {
          read: (a, b) => this.codesOf(firstRow + a, firstRow + b),
        },
        timezone: this.timezone,
        allUsed: this.allUsed && last - first === this.sessionCount,
        mayRepeat: this.#repeats !== 0,
        calendar,
      },
      this.#names,
    );
  }

  /** Finds the rows of instruments in sessions; kept, since it remembers. @internal */
  rowFinder(): RowFinder {
    this.#finder ??= new RowFinder(this);
    return this.#finder;
  }

  /** `2019-01-02 .. 2020-03-17`, or `empty`. */
  spanText(): string {
    const n = this.sessionCount;
    return n === 0 ? "empty" : `${formatNs(this.datetimes[0]!)} .. ${formatNs(this.datetimes[n - 1]!)}`;
  }

  /** How many rows, sessions and instruments, and from when to when. */
  toString(): string {
    return indexText(this);
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return indexText(this);
  }
}

/** Rows are numbered by Int32, in which -1 is none, wherever those of two panels meet. */
const MOST_ROWS = 2 ** 31 - 1;

/** @throws DataServiceError over-budget for more rows than a panel can have */
export function checkRowCount(rows: number, label: string): void {
  if (rows <= MOST_ROWS) return;
  const problem = `${label}: ${rows} rows are more than the ${MOST_ROWS} a panel can have; take part of them, by start and end`;
  throw new DataServiceError("over-budget", problem, { count: rows });
}
