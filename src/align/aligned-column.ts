import { Column } from "../columns/column.js";
import type { ColumnData, ColumnSource, ColumnType, ColumnValues } from "../columns/table.js";
import type { RowAlignment } from "./align.js";

/**
 * The cells of `column` beside the rows of another index: gathered when they are first read, missing where
 * there is no row (NaN in floats, null in strings, masked in other types). A contiguous run is shared.
 */
export function alignColumn(column: Column, alignment: RowAlignment): Column {
  const { run, length } = alignment;
  if (run !== undefined) return column.slice(run, run + length);
  return Column.from(new AlignedSource(column, alignment));
}

/** A column seen through a row map that has -1 where there is no row. */
class AlignedSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly parent: Column,
    readonly alignment: RowAlignment,
  ) {
    this.type = parent.type;
    this.length = alignment.length;
  }

  get readsWhole(): Column {
    return this.parent;
  }

  read(first: number, last: number): ColumnData {
    return this.#pick(this.alignment.rows.subarray(first, last));
  }

  gather(rows: Uint32Array): ColumnData {
    const own = this.alignment.rows;
    const picked = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) picked[i] = own[rows[i]!]!;
    return this.#pick(picked);
  }

  /** A column in memory is gathered from; of one in a file no more is read than the rows need. */
  #pick(rows: Int32Array): ColumnData {
    const { parent, alignment } = this;
    const isWhole = parent.loaded || rows.length === this.length;
    if (isWhole && alignment.matched === alignment.length) {
      parent.values; // loads it
      return parent.gather(new Uint32Array(rows.buffer, rows.byteOffset, rows.length)); // none is -1
    }
    if (isWhole) {
      const { values, mask } = parent;
      return gatherPresent({ values, ...(mask && { mask }) }, rows, 0);
    }
    const [first, last] = extent(rows);
    const present = last - first > 2 * rows.length ? ascendingRows(rows) : undefined;
    if (!present) return gatherPresent(parent.read(first, last), rows, first);
    let next = 0;
    const places = rows.map((row) => (row < 0 ? -1 : next++));
    return gatherPresent(parent.gather(present), places, 0);
  }
}

/** The rows of a map without the -1s, as a file is gathered from; undefined where they do not ascend. */
function ascendingRows(rows: Int32Array): Uint32Array | undefined {
  const present = Uint32Array.from(rows.filter((row) => row >= 0));
  for (let i = 1; i < present.length; i++) if (present[i]! <= present[i - 1]!) return undefined;
  return present;
}

/** The range [first, last) that holds all rows of a map but -1; empty where there are none. */
function extent(rows: Int32Array): [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < 0) continue;
    if (row < first) first = row;
    if (row >= last) last = row + 1;
  }
  return last === 0 ? [0, 0] : [first, last];
}

/** `values[rows[i] - base]`, missing where the row is -1. */
function gatherPresent({ values, mask }: ColumnData, rows: Int32Array, base: number): ColumnData {
  if (values instanceof Float32Array) {
    const out = new Float32Array(rows.length);
    gatherWords(wordsOf(values), rows, base, wordsOf(out), NAN_32);
    return { values: out };
  }
  if (values instanceof Float64Array) {
    const out = new Float64Array(rows.length);
    gatherPairs(wordsOf(values), rows, base, wordsOf(out), NAN_64_HIGH);
    return { values: out };
  }
  if (Array.isArray(values)) {
    return { values: Array.from(rows, (row) => (row < 0 ? null : values[row - base]!)) };
  }
  const present = presence(rows, base, mask);
  return { values: gatherIntegers(values, rows, base), ...(present && { mask: present }) };
}

type Integers = Exclude<ColumnValues, (string | null)[] | Float32Array | Float64Array>;

/** Cells without a row are 0. */
function gatherIntegers(values: Integers, rows: Int32Array, base: number): Integers {
  const Same = values.constructor as new (length: number) => Integers;
  const out = new Same(rows.length);
  if (out.BYTES_PER_ELEMENT === 8) gatherPairs(wordsOf(values), rows, base, wordsOf(out), 0);
  else {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row >= 0) out[i] = values[row - base]!;
    }
  }
  return out;
}

/** The bits of NaN in a float32, and in the high word of a float64. */
const NAN_32 = 0x7fc00000;
const NAN_64_HIGH = 0x7ff80000;

function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

// Floats and 64-bit integers are moved as 32-bit words: no BigInt is made per cell, and whether there is a row
// is a mask rather than a branch, which half-matched panels would have the processor guess wrong half the time.
function gatherWords(
  from: Int32Array,
  rows: Int32Array,
  base: number,
  to: Int32Array,
  missing: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const none = rows[i]! >> 31;
    to[i] = (from[(rows[i]! - base) & ~none]! & ~none) | (missing & none);
  }
}

/** `missing` is the high word of a missing cell; its low word is 0. */
function gatherPairs(
  from: Int32Array,
  rows: Int32Array,
  base: number,
  to: Int32Array,
  missing: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const none = rows[i]! >> 31;
    const at = 2 * ((rows[i]! - base) & ~none);
    to[2 * i] = from[at]! & ~none;
    to[2 * i + 1] = (from[at + 1]! & ~none) | (missing & none);
  }
}

/** One byte a row, 1 where there is a row whose cell is present; undefined where none is missing. */
function presence(rows: Int32Array, base: number, mask: Uint8Array | undefined): Uint8Array | undefined {
  const present = new Uint8Array(rows.length);
  let missing = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row >= 0 && (!mask || mask[row - base] === 1)) present[i] = 1;
    else missing++;
  }
  return missing > 0 ? present : undefined;
}
