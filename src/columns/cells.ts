import { DataServiceError } from "../errors.js";
import type { ColumnData, ColumnType, ColumnValues, NumericArray } from "./table.js";

type TypedArrayOf = {
  readonly name: string;
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
};

const ARRAY: Readonly<Record<Exclude<ColumnType, "string">, TypedArrayOf>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  datetime: BigInt64Array,
};

/** The class of arrays that the cells of a type lie in. @throws DataServiceError bad-request where there is no such type */
export function arrayOf(type: ColumnType): TypedArrayOf | typeof Array {
  if (type === "string") return Array;
  if (Object.hasOwn(ARRAY, type)) return ARRAY[type];
  const types = [...Object.keys(ARRAY), "string"];
  const problem = `no type of cells is called ${JSON.stringify(type)}; there are ${types.join(", ")}`;
  throw new DataServiceError("bad-request", problem, { found: types });
}

/** Room for `length` cells: zeros, or nulls for strings. */
export function newCells(type: ColumnType, length: number): ColumnValues {
  return type === "string" ? new Array<string | null>(length).fill(null) : new ARRAY[type](length);
}

/** The cells that lie in `bytes`, little-endian: a view where the bytes are aligned, else a copy. */
export function cellsOfBytes(
  type: Exclude<ColumnType, "string">,
  bytes: Uint8Array,
  length: number,
): NumericArray {
  const width = (ARRAY[type] as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return new ARRAY[type](aligned.buffer, aligned.byteOffset, length);
}

/** The bytes of a typed array, shared. */
export function bytesOf(array: NumericArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** 64-bit integers as they are (those without a sign as the same bits), narrower ones widened. */
export function asInt64(values: Exclude<NumericArray, Float32Array | Float64Array>): BigInt64Array {
  const { buffer, byteOffset, length } = values;
  if (values.BYTES_PER_ELEMENT === 8) return new BigInt64Array(buffer as ArrayBuffer, byteOffset, length);
  const words = new Int32Array(2 * length);
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    words[2 * i] = value;
    words[2 * i + 1] = value < 0 ? -1 : 0;
  }
  return new BigInt64Array(words.buffer);
}

/** Cells and their mask as a column's data: floats and strings mark what is missing themselves, in a copy. */
export function maskedCells(values: ColumnValues, mask: Uint8Array): ColumnData {
  if (Array.isArray(values)) return { values: values.map((text, i) => (mask[i] === 0 ? null : text)) };
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return { values, mask };
  const own = values.slice();
  for (let i = 0; i < own.length; i++) if (mask[i] === 0) own[i] = Number.NaN;
  return { values: own };
}

/** Datetimes as a column's data: NaT is a missing cell, so that those it stands in are masked. */
export function timeCells(values: BigInt64Array): ColumnData {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  let mask: Uint8Array | undefined;
  for (let i = 0, w = 0; i < values.length; i++, w += 2) {
    if (words[w] !== 0 || words[w + 1] !== NAT_HIGH_WORD) continue;
    mask ??= new Uint8Array(values.length).fill(1);
    mask[i] = 0;
  }
  return mask ? { values, mask } : { values };
}

/** The upper half of NaT, the least int64; its lower half is 0. */
const NAT_HIGH_WORD = -(2 ** 31);

/** Puts `cells` into `into` from position `at` on. */
export function putCells(into: ColumnValues, at: number, cells: ColumnValues): void {
  if (Array.isArray(into)) {
    for (let i = 0; i < cells.length; i++) into[at + i] = cells[i] as string | null;
  } else {
    (into as Uint8Array).set(cells as Uint8Array, at);
  }
}

/** into[at + i] = cells[rows[i] - base] for every i; both of one type. */
export function pickCells(
  into: ColumnValues,
  at: number,
  cells: ColumnValues,
  rows: Uint32Array,
  base: number,
): void {
  if (into instanceof Float32Array) pickFloat32(into, at, cells as Float32Array, rows, base);
  else if (into instanceof Float64Array) pickFloat64(into, at, cells as Float64Array, rows, base);
  else if (into instanceof BigInt64Array || into instanceof BigUint64Array) {
    pick64(into, at, cells as BigInt64Array, rows, base);
  } else {
    const [to, from] = [into as Int32Array, cells as Int32Array];
    for (let i = 0; i < rows.length; i++) to[at + i] = from[rows[i]! - base]!;
  }
}

// A loop for each type of the hot path: a loop that has seen one array type stays specialised to it.
function pickFloat32(
  into: Float32Array,
  at: number,
  from: Float32Array,
  rows: Uint32Array,
  base: number,
): void {
  for (let i = 0; i < rows.length; i++) into[at + i] = from[rows[i]! - base]!;
}

function pickFloat64(
  into: Float64Array,
  at: number,
  from: Float64Array,
  rows: Uint32Array,
  base: number,
): void {
  for (let i = 0; i < rows.length; i++) into[at + i] = from[rows[i]! - base]!;
}

/** 64-bit integers move as pairs of 32-bit words, so that no BigInt is made per cell. */
function pick64(
  into: BigInt64Array | BigUint64Array,
  at: number,
  from: BigInt64Array | BigUint64Array,
  rows: Uint32Array,
  base: number,
): void {
  const to = new Int32Array(into.buffer, into.byteOffset, into.length * 2);
  const words = new Int32Array(from.buffer, from.byteOffset, from.length * 2);
  for (let i = 0; i < rows.length; i++) {
    const row = 2 * (rows[i]! - base);
    to[2 * (at + i)] = words[row]!;
    to[2 * (at + i) + 1] = words[row + 1]!;
  }
}
