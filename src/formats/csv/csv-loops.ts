import { instantiate, type SimdMemory } from "../../simd/load.js";
import { powersOfFive } from "./powers-of-five.js";

/** assembly/csv.ts. Positions are bytes of its memory. */
interface Loops {
  readonly memory: SimdMemory;
  split(from: number, to: number, separator: number, cells: number, ends: number, most: number): number;
  floats(
    from: number,
    ends: number,
    cells: number,
    column: number,
    row: number,
    rows: number,
    out: number,
    powers: number,
  ): number;
  wholes(
    from: number,
    ends: number,
    cells: number,
    column: number,
    row: number,
    rows: number,
    out: number,
  ): number;
  codes(
    from: number,
    ends: number,
    cells: number,
    column: number,
    row: number,
    rows: number,
    out: number,
    table: number,
    bits: number,
  ): number;
  learn(begin: number, size: number, code: number, table: number, bits: number): void;
}

/** So much text is taken apart at once: what is written of it beside it stays in a core's cache. */
export const TEXT_BYTES = 1 << 18;
/** A vector is read at a time, beyond the text's end too. */
const SLACK = 64;
const POWERS_AT = 1 << 16;
const TEXT_AT = POWERS_AT + (1 << 13);
const ENDS_AT = TEXT_AT + TEXT_BYTES + SLACK;
const MOST_CELLS = TEXT_BYTES;
const OUT_AT = ENDS_AT + 4 * MOST_CELLS + SLACK;
const TABLES_AT = OUT_AT + 8 * TEXT_BYTES;
/** Texts of a key that are found again: as many as half the places of its table. */
const TABLE_BITS = 17;
const TABLE_BYTES = 16 << TABLE_BITS;
const MOST_TEXTS = 1 << (TABLE_BITS - 1);
const LEARNT_BYTES = 1 << 21;
const KEY_BYTES = TABLE_BYTES + LEARNT_BYTES;
const KEYS = 2;

/** The texts of a key column that the loops know. */
export interface KeyTable {
  readonly at: number;
  texts: number;
  bytes: number;
}

/** The loops with a memory of their own, in which the text has to lie; undefined where Node has no WebAssembly with vectors. */
export function csvLoops(): CsvLoops | undefined {
  try {
    return new CsvLoops(instantiate<Loops>("csv", TABLES_AT + KEYS * KEY_BYTES));
  } catch {
    return undefined;
  }
}

/** Rows of a CSV text, taken apart in its memory until the next are. */
export class CsvLoops {
  /** All of the memory. */
  readonly bytes: Buffer;
  /** Where the text is put. */
  readonly text: Buffer;
  /** How many rows were taken apart. */
  rows = 0;
  #from = 0;
  #cells = 0;
  readonly #ends: Uint32Array;
  readonly #out: ArrayBuffer;

  constructor(readonly loops: Loops) {
    const { buffer } = loops.memory;
    this.bytes = Buffer.from(buffer);
    this.text = Buffer.from(buffer, TEXT_AT, TEXT_BYTES);
    this.#ends = new Uint32Array(buffer, ENDS_AT, MOST_CELLS);
    this.#out = buffer;
    new BigUint64Array(buffer, POWERS_AT, powersOfFive().length).set(powersOfFive());
  }

  /** A new table, the first or the second. */
  keyTable(number: 0 | 1): KeyTable {
    return { at: TABLES_AT + number * KEY_BYTES, texts: 0, bytes: 0 };
  }

  /**
   * Takes whole lines in `text` apart. False where they are to be read a record at a time: lines with quotes, blank ones, or
   * those of more or fewer cells.
   */
  split(lines: Buffer, separator: number, cells: number): boolean {
    if (lines.buffer !== this.bytes.buffer) return false;
    const from = lines.byteOffset;
    let to = from + lines.length;
    if (lines[lines.length - 1] !== 10) this.bytes[to++] = 10;
    const rows = this.loops.split(from, to, separator, cells, ENDS_AT, MOST_CELLS);
    if (rows < 0) return false;
    [this.rows, this.#from, this.#cells] = [rows, from, cells];
    return true;
  }

  beginOf(row: number, column: number): number {
    const cell = row * this.#cells + column;
    return cell === 0 ? this.#from : this.#ends[cell - 1]! + 1;
  }

  endOf(row: number, column: number): number {
    const end = this.#ends[row * this.#cells + column]!;
    const hasReturn = column === this.#cells - 1 && this.bytes[end - 1] === 13;
    return hasReturn ? Math.max(end - 1, this.beginOf(row, column)) : end;
  }

  /** Plain decimal numbers from `row` on: those of [row, end), where the cell of `end` is none or there are no more rows. */
  floats(column: number, row: number): Float64Array {
    const { rows } = this;
    const end = this.loops.floats(this.#from, ENDS_AT, this.#cells, column, row, rows, OUT_AT, POWERS_AT);
    return new Float64Array(this.#out, OUT_AT + 8 * row, end - row);
  }

  /** Whole numbers from `row` on that int64 holds, in the same way. */
  wholes(column: number, row: number): BigInt64Array {
    const end = this.loops.wholes(this.#from, ENDS_AT, this.#cells, column, row, this.rows, OUT_AT);
    return new BigInt64Array(this.#out, OUT_AT + 8 * row, end - row);
  }

  /** Codes of texts that are known, from `row` on, in the same way. */
  codes(column: number, row: number, { at }: KeyTable): Int32Array {
    const [from, cells] = [this.#from, this.#cells];
    const end = this.loops.codes(from, ENDS_AT, cells, column, row, this.rows, OUT_AT, at, TABLE_BITS);
    return new Int32Array(this.#out, OUT_AT + 4 * row, end - row);
  }

  /** Makes the text of a cell known; not where there is no more room. */
  learn(begin: number, end: number, code: number, table: KeyTable): void {
    const size = end - begin;
    if (size === 0 || table.texts === MOST_TEXTS || table.bytes + size > LEARNT_BYTES) return;
    const at = table.at + TABLE_BYTES + table.bytes;
    this.bytes.copyWithin(at, begin, end);
    this.loops.learn(at, size, code, table.at, TABLE_BITS);
    table.texts++;
    table.bytes += size;
  }
}
