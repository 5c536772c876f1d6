import type { ColumnData, ColumnSource, ColumnType, ColumnValues } from "../formats/table.js";
import type { RowAlignment } from "./align.js";
import { Column } from "./column.js";

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
export class AlignedSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly parent: Column,
    readonly alignment: RowAlignment,
  ) {
    this.type = parent.type;
    this.length = alignment.length;
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

  /** A column in memory is gathered from; of one in a file only the rows between the outermost are read. */
  #pick(rows: Int32Array): ColumnData {
    if (this.parent.loaded || rows.length === this.length) {
      const { values, mask } = this.parent;
      return gatherPresent({ values, ...(mask && { mask }) }, rows, 0);
    }
    const [first, last] = extent(rows);
    return gatherPresent(this.parent.read(first, last), rows, first);
  }
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
  if (values instanceof Float32Array) return { values: gatherFloat32(values, rows, base) };
  if (values instanceof Float64Array) return { values: gatherFloat64(values, rows, base) };
  if (Array.isArray(values)) {
    return { values: Array.from(rows, (row) => (row < 0 ? null : values[row - base]!)) };
  }
  const present = presence(rows, base, mask);
  return { values: gatherOther(values, rows, base), ...(present && { mask: present }) };
}

function gatherOther(
  values: Exclude<ColumnValues, (string | null)[]>,
  rows: Int32Array,
  base: number,
): ColumnValues {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const out =
      values instanceof BigInt64Array ? new BigInt64Array(rows.length) : new BigUint64Array(rows.length);
    copyWords(
      new Int32Array(values.buffer, values.byteOffset, values.length * 2),
      rows,
      base,
      new Int32Array(out.buffer),
    );
    return out;
  }
  const Same = values.constructor as new (length: number) => typeof values;
  const out = new Same(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row >= 0) out[i] = values[row - base]!;
  }
  return out;
}

// The two types of the hot path have a loop each: a loop that has seen one array type stays specialised to it.
function gatherFloat32(values: Float32Array, rows: Int32Array, base: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out[i] = row < 0 ? Number.NaN : values[row - base]!;
  }
  return out;
}

function gatherFloat64(values: Float64Array, rows: Int32Array, base: number): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out[i] = row < 0 ? Number.NaN : values[row - base]!;
  }
  return out;
}

/** 64-bit integers are moved as pairs of 32-bit words, so that no BigInt is made per cell. */
function copyWords(from: Int32Array, rows: Int32Array, base: number, to: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < 0) continue;
    to[2 * i] = from[2 * (row - base)]!;
    to[2 * i + 1] = from[2 * (row - base) + 1]!;
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
