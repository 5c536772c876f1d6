import type { ColumnValues } from "../formats/table.js";

/** `values[rows[i]]` for every i, in a new array of the same type. */
export function gatherValues(values: ColumnValues, rows: Uint32Array): ColumnValues {
  if (values instanceof Float32Array) return gatherFloat32(values, rows);
  if (values instanceof Float64Array) return gatherFloat64(values, rows);
  if (values instanceof BigInt64Array) return gather64(values, rows, new BigInt64Array(rows.length));
  if (values instanceof BigUint64Array) return gather64(values, rows, new BigUint64Array(rows.length));
  if (Array.isArray(values)) return Array.from(rows, (row) => values[row]!);
  const Same = values.constructor as new (length: number) => Exclude<typeof values, string[]>;
  const out = new Same(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

export function gatherMask(mask: Uint8Array, rows: Uint32Array): Uint8Array {
  const out = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = mask[rows[i]!]!;
  return out;
}

// The two types of the hot path have a loop each: a loop that has seen one array type stays specialised to it.
function gatherFloat32(values: Float32Array, rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

function gatherFloat64(values: Float64Array, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

/** 64-bit integers are moved as pairs of 32-bit words, so that no BigInt is made per cell. */
function gather64<T extends BigInt64Array | BigUint64Array>(values: T, rows: Uint32Array, out: T): T {
  const from = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const to = new Int32Array(out.buffer, out.byteOffset, out.length * 2);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]! * 2;
    to[2 * i] = from[row]!;
    to[2 * i + 1] = from[row + 1]!;
  }
  return out;
}
