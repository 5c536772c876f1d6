/** How a number of numpy's is read from its little-endian bytes, by the name of its dtype. */
const READERS: Readonly<Record<string, (view: DataView) => number | bigint | boolean>> = {
  f8: (view) => view.getFloat64(0, true),
  f4: (view) => view.getFloat32(0, true),
  i8: (view) => view.getBigInt64(0, true),
  i4: (view) => view.getInt32(0, true),
  i2: (view) => view.getInt16(0, true),
  i1: (view) => view.getInt8(0),
  u8: (view) => view.getBigUint64(0, true),
  u4: (view) => view.getUint32(0, true),
  u2: (view) => view.getUint16(0, true),
  u1: (view) => view.getUint8(0),
  b1: (view) => view.getUint8(0) !== 0,
};

/**
 * A number or bool from the bytes that numpy pickles it as; undefined for another dtype, and for a whole number that no
 * float64 is equal to.
 */
export function numpyScalar(dtype: string, bytes: Uint8Array): number | boolean | undefined {
  const read = Object.hasOwn(READERS, dtype) ? READERS[dtype] : undefined;
  if (!read || bytes.byteLength !== Number(dtype.slice(1))) return undefined;
  return exact(read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
}

/** A whole number as a float64; undefined where none is equal to it. */
export function exact(value: number | bigint | boolean): number | boolean | undefined {
  if (typeof value !== "bigint") return value;
  return BigInt(Number(value)) === value ? Number(value) : undefined;
}
