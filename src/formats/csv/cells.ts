import { newCells, putCells, timeCells } from "../../columns/cells.js";
import { MemoryColumn } from "../../columns/memory-column.js";
import { RefusedColumn } from "../../columns/refused-column.js";
import type { ColumnSource, ColumnType, ColumnValues, NumericArray } from "../../columns/table.js";
import { NAT_NS, NS_PER_DAY, parseTimeText, toNanoseconds } from "../../time.js";
import type { CsvLoops } from "./csv-loops.js";
import { CSV_MISSING } from "./missing.js";
import { floatOf, isDigits, wholeOf } from "./numbers.js";

/**
 * What the cells of a column can be, in the order in which pandas' read_csv tries them (`TextReader._convert_tokens`), and
 * times besides: bools, whole numbers that int64 or uint64 holds, digits that neither does or that begin with a zero (codes,
 * which stay text), numbers, times, times beyond 64-bit nanoseconds, text.
 */
export const KINDS = [
  "bool",
  "int64",
  "uint64",
  "digits",
  "float64",
  "datetime",
  "beyond",
  "string",
] as const;

export type CellKind = (typeof KINDS)[number];

/** What a cell can be of which nothing is known. */
export const ALL_KINDS = (1 << KINDS.length) - 1;

const MISSING: ReadonlySet<string> = new Set(CSV_MISSING);
const MOST_MISSING_BYTES = Math.max(...CSV_MISSING.map((text) => text.length));
const BOOLS = new Map([
  ["True", 1],
  ["TRUE", 1],
  ["true", 1],
  ["False", 0],
  ["FALSE", 0],
  ["false", 0],
]);
const DATED = /^\d{4,6}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T].*)?$/;
const [INT64_LEAST, INT64_MOST, UINT64_MOST] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

function isMissing(bytes: Buffer, start: number, end: number): boolean {
  if (end === start) return true;
  return end - start <= MOST_MISSING_BYTES && MISSING.has(bytes.toString("latin1", start, end));
}

/** Which kinds a cell can be of, as bits by their place in `KINDS`; undefined of a missing one, which can be of any. */
export function kindsOfCell(bytes: Buffer, start: number, end: number): number | undefined {
  if (isMissing(bytes, start, end)) return undefined;
  const text = bytes.toString("utf8", start, end);
  let bits = 1 << KINDS.indexOf("string");
  const add = (kind: CellKind) => {
    bits |= 1 << KINDS.indexOf(kind);
  };
  if (BOOLS.has(text)) add("bool");
  const whole = wholeOf(bytes, start, end);
  if (whole !== undefined) {
    if (BigInt(whole) >= INT64_LEAST && BigInt(whole) <= INT64_MOST) add("int64");
    if (BigInt(whole) >= 0n && BigInt(whole) <= UINT64_MOST) add("uint64");
  }
  if (isDigits(text)) add("digits");
  if (floatOf(bytes, start, end) !== undefined) add("float64");
  if (DATED.test(text)) {
    if (parseTimeText(text)) add("datetime");
    if (isBeyond(text)) add("beyond");
  }
  return bits;
}

/** Whether a text is a time, though perhaps one that 64-bit nanoseconds do not hold. */
function isBeyond(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10)));
}

/** The first kind that a set of bits has. */
function kindOf(bits: number): CellKind {
  return KINDS.find((_, i) => bits & (1 << i)) ?? "string";
}

/** A column that grows by a cell at a time. */
export abstract class Cells {
  protected values: ColumnValues;
  protected mask: Uint8Array | undefined;
  count = 0;

  constructor(
    readonly type: ColumnType,
    rows: number,
  ) {
    this.values = newCells(type, rows);
  }

  /** Takes the next cell; false where it is of another kind, and was not taken. */
  take(bytes: Buffer, start: number, end: number): boolean {
    if (this.count === this.values.length) this.#grow(this.count + 1);
    if (start !== end && this.put(this.count, bytes, start, end)) {
      this.count++;
      return true;
    }
    if (!isMissing(bytes, start, end)) return false;
    this.miss(this.count++);
    return true;
  }

  /**
   * Takes the cells of a column from `row` on; gives the first row that is of another kind, which was not taken, or the
   * number of rows.
   */
  takeSplit(loops: CsvLoops, column: number, row: number): number {
    for (let at = row; at < loops.rows; at++) {
      const plain = this.plain(loops, column, at);
      if (plain) {
        if (this.count + plain.length > this.values.length) this.#grow(this.count + plain.length);
        putCells(this.values, this.count, plain);
        this.count += plain.length;
        at += plain.length;
        if (at === loops.rows) break;
      }
      if (!this.take(loops.bytes, loops.beginOf(at, column), loops.endOf(at, column))) return at;
    }
    return loops.rows;
  }

  /** The cells from `row` on that the loops understand. */
  protected plain(_loops: CsvLoops, _column: number, _row: number): NumericArray | undefined {
    return undefined;
  }

  /** Takes so many missing cells, all in all the first. */
  missFirst(rows: number): void {
    if (rows > this.values.length) this.#grow(rows);
    while (this.count < rows) this.miss(this.count++);
  }

  /** The column; `label` and `field` name it in errors. */
  finish(_label: string, _field: string): ColumnSource {
    return new MemoryColumn(this.type, {
      values: this.own(),
      ...(this.mask && { mask: this.mask.slice(0, this.count) }),
    });
  }

  /** The cells that were taken: what is left over is given back where it is much. */
  protected own(): ColumnValues {
    const { values, count } = this;
    if (Array.isArray(values)) values.length = count;
    const isFull = values.length - count <= count >> 4;
    return isFull && !Array.isArray(values)
      ? values.subarray(0, count)
      : (values.slice(0, count) as ColumnValues);
  }

  /** Puts a cell in its place, or gives false. */
  protected abstract put(at: number, bytes: Buffer, start: number, end: number): boolean;

  protected miss(at: number): void {
    this.mask ??= new Uint8Array(this.values.length).fill(1);
    this.mask[at] = 0;
  }

  #grow(least: number): void {
    const rows = Math.max(1024, 2 * this.count, least);
    if (Array.isArray(this.values)) {
      this.values.length = rows;
      return;
    }
    const values = newCells(this.type, rows);
    putCells(values, 0, this.values);
    this.values = values;
    if (!this.mask) return;
    const mask = new Uint8Array(rows).fill(1);
    mask.set(this.mask);
    this.mask = mask;
  }
}

class FloatCells extends Cells {
  constructor(rows: number) {
    super("float64", rows);
  }

  protected put(at: number, bytes: Buffer, start: number, end: number): boolean {
    const value = floatOf(bytes, start, end);
    if (value === undefined) return false;
    (this.values as Float64Array)[at] = value;
    return true;
  }

  protected override plain(loops: CsvLoops, column: number, row: number): Float64Array {
    return loops.floats(column, row);
  }

  protected override miss(at: number): void {
    (this.values as Float64Array)[at] = Number.NaN;
  }
}

const TWO_32 = 2 ** 32;

class WholeCells extends Cells {
  #words: Int32Array | undefined;
  #of: ColumnValues | undefined;
  readonly #least: bigint;
  readonly #most: bigint;

  constructor(type: "int64" | "uint64", rows: number) {
    super(type, rows);
    [this.#least, this.#most] = type === "int64" ? [INT64_LEAST, INT64_MOST] : [0n, UINT64_MOST];
  }

  protected put(at: number, bytes: Buffer, start: number, end: number): boolean {
    const value = wholeOf(bytes, start, end);
    if (value === undefined) return false;
    const values = this.values as BigInt64Array;
    if (typeof value === "bigint") {
      if (value < this.#least || value > this.#most) return false;
      values[at] = value;
      return true;
    }
    if (value < 0 && this.#least === 0n) return false;
    if (this.#of !== values) {
      this.#words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
      this.#of = values;
    }
    this.#words![2 * at] = value | 0;
    if (value >= TWO_32 || value <= -TWO_32) this.#words![2 * at] = Number(BigInt.asIntN(32, BigInt(value)));
    this.#words![2 * at + 1] = Math.floor(value / TWO_32);
    return true;
  }

  protected override plain(loops: CsvLoops, column: number, row: number): BigInt64Array | undefined {
    return this.#least === 0n ? undefined : loops.wholes(column, row);
  }
}

class BoolCells extends Cells {
  constructor(rows: number) {
    super("bool", rows);
  }

  protected put(at: number, bytes: Buffer, start: number, end: number): boolean {
    const value = end - start > 5 ? undefined : BOOLS.get(bytes.toString("latin1", start, end));
    if (value === undefined) return false;
    (this.values as Uint8Array)[at] = value;
    return true;
  }
}

/** Texts that are kept once: more names than this are not worth a look. */
const MOST_SHARED = 1 << 16;

class TextCells extends Cells {
  readonly #shared = new Map<string, string>();
  readonly #digits: boolean;

  constructor(rows: number, digits: boolean) {
    super("string", rows);
    this.#digits = digits;
  }

  protected put(at: number, bytes: Buffer, start: number, end: number): boolean {
    if (isMissing(bytes, start, end)) return false;
    const text = bytes.toString("utf8", start, end);
    if (this.#digits && !isDigits(text)) return false;
    const known = this.#shared.get(text);
    if (known === undefined && this.#shared.size < MOST_SHARED) this.#shared.set(text, text);
    (this.values as (string | null)[])[at] = known ?? text;
    return true;
  }

  protected override miss(at: number): void {
    (this.values as (string | null)[])[at] = null;
  }
}

class TimeCells extends Cells {
  readonly #known = new Map<string, bigint>();
  /** The first that no cell holds. */
  #beyond: { readonly row: number; readonly text: string } | undefined;
  readonly #takesBeyond: boolean;

  constructor(rows: number, takesBeyond: boolean) {
    super("datetime", rows);
    this.#takesBeyond = takesBeyond;
  }

  protected put(at: number, bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.toString("latin1", start, end);
    let ns = this.#known.get(text);
    if (ns === undefined) {
      ns = DATED.test(text) ? parseTimeText(text)?.ns : undefined;
      if (ns === undefined) {
        if (!this.#takesBeyond || !DATED.test(text) || !isBeyond(text)) return false;
        this.#beyond ??= { row: at, text };
        ns = NAT_NS;
      }
      this.#known.set(text, ns);
    }
    (this.values as BigInt64Array)[at] = ns;
    return true;
  }

  protected override miss(at: number): void {
    (this.values as BigInt64Array)[at] = NAT_NS;
  }

  override finish(label: string, field: string): ColumnSource {
    if (!this.#beyond) return new MemoryColumn("datetime", timeCells(this.own() as BigInt64Array));
    const { row, text } = this.#beyond;
    return new RefusedColumn("datetime", this.count, beyondError(text, label, field, row));
  }
}

/** What the error about such a time is in any format. */
function beyondError(text: string, label: string, field: string, row: number): unknown {
  const days = BigInt(Math.floor(Date.parse(text.slice(0, 10)) / 86_400_000));
  try {
    return toNanoseconds(BigInt64Array.of(days), NS_PER_DAY, { label, field, rowOf: () => row });
  } catch (error) {
    return error;
  }
}

/** The cells of a column of which all that came are missing. */
class MissingCells extends Cells {
  constructor() {
    super("float64", 0);
  }

  override take(bytes: Buffer, start: number, end: number): boolean {
    if (!isMissing(bytes, start, end)) return false;
    this.count++;
    return true;
  }

  protected put(): boolean {
    return false;
  }

  protected override own(): Float64Array {
    return new Float64Array(this.count).fill(Number.NaN);
  }
}

/** Room for the cells of a column of a kind; of none (`ALL_KINDS`) those are missing. */
export function cellsOf(kinds: number, rows: number): Cells {
  if (kinds === ALL_KINDS) return new MissingCells();
  const kind = kindOf(kinds);
  switch (kind) {
    case "bool":
      return new BoolCells(rows);
    case "int64":
    case "uint64":
      return new WholeCells(kind, rows);
    case "float64":
      return new FloatCells(rows);
    case "datetime":
    case "beyond":
      return new TimeCells(rows, kind === "beyond");
    case "digits":
    case "string":
      return new TextCells(rows, kind === "digits");
  }
}
