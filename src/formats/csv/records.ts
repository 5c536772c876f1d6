import { EndlessRecord } from "./csv-file.js";

const [QUOTE, LINE_FEED, RETURN] = [0x22, 0x0a, 0x0d];

/** The cells of a record: cell i lies in the bytes [starts[i], ends[i]). They are overwritten by the next record. */
export interface CsvRecord {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** How many cells there are. */
  readonly count: number;
  /** The line that it begins in, from 0. */
  readonly line: number;
  /** Where what comes behind it begins. */
  readonly next: number;
}

/**
 * Takes the bytes of a CSV text apart, piece by piece: quotes as pandas' read_csv has them (`"a ""b"", c"`), lines that
 * end with or without a return, empty lines left out. Linear in bytes.
 */
export class CsvRecords {
  readonly #separator: number;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #escaped: number[] = [];
  /** What began in earlier pieces, which are written over, and has no end yet. */
  #held: Buffer[] = [];
  #line: number;

  /** @param line the one that the text begins in */
  constructor(separator: number, line: number) {
    this.#separator = separator;
    this.#line = line;
  }

  /** The line of the record that comes next. */
  get line(): number {
    return this.#line;
  }

  /**
   * Hands out the records that end within what has come so far; of the last piece all.
   * @param take false: no more are wanted
   * @returns whether more are wanted
   */
  push(piece: Buffer, isLast: boolean, take: (record: CsvRecord) => boolean): boolean {
    let bytes = piece;
    if (this.#held.length > 0) {
      // A cell that does not end is not looked through again with each piece.
      const length = this.#held.reduce((sum, { length }) => sum + length, piece.length);
      EndlessRecord.refuse(length);
      if (!isLast && length < 2 * this.#held[0]!.length) {
        this.#held.push(Buffer.from(piece));
        return true;
      }
      bytes = Buffer.concat([...this.#held, piece]);
    }
    let at = 0;
    while (at < bytes.length) {
      const next = this.#record(bytes, at, isLast);
      if (next < 0) break;
      const isEmpty = this.#count === 1 && this.#starts[0] === this.#ends[0] && bytes[at] !== QUOTE;
      const line = this.#line;
      this.#line += 1 + this.#lines;
      at = next;
      if (isEmpty) continue;
      for (const cell of this.#escaped)
        this.#ends[cell] = pairsMadeOne(bytes, this.#starts[cell]!, this.#ends[cell]!);
      const record = { bytes, starts: this.#starts, ends: this.#ends, count: this.#count, line, next };
      if (!take(record)) return false;
    }
    this.#held = at === bytes.length ? [] : [Buffer.from(bytes.subarray(at))];
    return true;
  }

  #count = 0;
  /** Line ends within quotes. */
  #lines = 0;

  /** Finds the cells of the record at `at`, and where the next begins; -1 where it has no end yet. */
  #record(bytes: Buffer, at: number, isLast: boolean): number {
    const separator = this.#separator;
    const { length } = bytes;
    this.#count = 0;
    this.#lines = 0;
    this.#escaped.length = 0;
    for (let begin = at; ; ) {
      let end = begin;
      let next: number;
      if (bytes[begin] === QUOTE) {
        const close = this.#closing(bytes, begin + 1);
        if (close < 0 && !isLast) return -1;
        const stop = close < 0 ? length : close;
        next = stop + 1;
        // What stands behind the closing quote belongs to nothing, but for a return.
        while (next < length && bytes[next] !== separator && bytes[next] !== LINE_FEED) next++;
        this.#cell(begin + 1, stop);
      } else {
        while (end < length && bytes[end] !== separator && bytes[end] !== LINE_FEED) end++;
        next = end;
        const isReturn = end > begin && bytes[end - 1] === RETURN && bytes[end] !== separator;
        this.#cell(begin, isReturn ? end - 1 : end);
      }
      if (next >= length) return isLast ? length : -1;
      if (bytes[next] === LINE_FEED) return next + 1;
      begin = next + 1;
      if (begin >= length) {
        if (!isLast) return -1;
        this.#cell(begin, begin);
        return length;
      }
    }
  }

  /** Where a quoted cell ends, or -1. */
  #closing(bytes: Buffer, from: number): number {
    let hasPairs = false;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === LINE_FEED) this.#lines++;
      if (byte !== QUOTE) continue;
      if (bytes[at + 1] !== QUOTE) {
        if (hasPairs) this.#escaped.push(this.#count);
        return at;
      }
      hasPairs = true;
      at++;
    }
    return -1;
  }

  #cell(start: number, end: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count++] = end;
  }
}

function doubled(cells: Int32Array): Int32Array<ArrayBuffer> {
  const out = new Int32Array(2 * cells.length);
  out.set(cells);
  return out;
}

/** Makes two quotes one, in place; where the cell ends then. */
function pairsMadeOne(bytes: Buffer, start: number, end: number): number {
  let to = start;
  for (let from = start; from < end; from++) {
    bytes[to++] = bytes[from]!;
    if (bytes[from] === QUOTE && bytes[from + 1] === QUOTE) from++;
  }
  return to;
}
