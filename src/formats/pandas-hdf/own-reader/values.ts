import { type H5SpaceInfo, H5T, type H5TypeInfo } from "../h5-types.js";
import type { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";

/** Whole numbers, floats, texts of fixed length and bit fields, as every machine in use today writes them. */

const FLOATS: Readonly<Record<number, readonly number[]>> = {
  // Bit offset and precision, where exponent and mantissa lie and how long they are, the exponent's bias.
  4: [0, 0, 32, 0, 23, 8, 0, 23, 0x7f, 0, 0, 0],
  8: [0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0],
};
/** Little-endian, mantissa with an implied leading bit, padded with zeros; the third byte is where the sign lies. */
const FLOAT_BITS = 0x20;

/** A datatype message. Source: "HDF5 File Format Specification Version 3.0", IV.A.2.d. */
export function readDatatype(fields: Cursor): H5TypeInfo {
  const [classAndVersion, bits, sign] = [fields.u8(), fields.u8(), fields.u8()];
  fields.zeros(1);
  const size = fields.u32();
  mustHold(classAndVersion >> 4 === 1, "a datatype of another version");
  const type = classAndVersion & 15;
  const plain = { type, size, signed: false, littleEndian: true, vlen: false };
  if (type === H5T.float) {
    const layout = FLOATS[size];
    mustHold(layout !== undefined && bits === FLOAT_BITS && sign === size * 8 - 1, "a rare kind of float");
    fields.expect(layout, "the layout of a float");
    return plain;
  }
  mustHold(sign === 0, "a reserved bit is set");
  if (type === H5T.string) {
    const [padding, cset] = [bits & 15, bits >> 4];
    mustHold(padding <= 2 && cset <= 1 && size > 0, "a rare kind of text");
    return { ...plain, littleEndian: false, cset };
  }
  mustHold(type === H5T.integer || type === H5T.bitfield, "a datatype of another class");
  mustHold(size === 1 || size === 2 || size === 4 || size === 8, "a number of odd size");
  const signed = bits === 8 && type === H5T.integer;
  mustHold(signed || bits === 0, "a rare kind of number");
  fields.expect([0, 0, size * 8, 0], "the layout of a number");
  return { ...plain, signed };
}

const NULL_SPACE = 2;

/** A dataspace message: the shape, [] of a scalar, null where there is no value. Source: IV.A.2.b. */
export function readShape(fields: Cursor): readonly number[] | null {
  const [version, rank, flags, kind] = [fields.u8(), fields.u8(), fields.u8(), fields.u8()];
  if (version === 1) fields.zeros(4);
  else mustHold(version === 2, "a dataspace of another version");
  mustHold(rank <= 2 && flags <= 1, "a rare kind of dataspace");
  if (version === 2 && kind === NULL_SPACE) {
    mustHold(rank === 0 && flags === 0, "a null dataspace with a shape");
    return null;
  }
  mustHold(kind === (version === 2 && rank > 0 ? 1 : 0) && (rank > 0 || flags === 0), "a rare dataspace");
  const shape: number[] = [];
  for (let d = 0; d < rank; d++) {
    shape.push(fields.u64());
    mustHold(shape[d]! > 0, "an empty dimension");
  }
  if (flags === 1) for (const length of shape) mustHold(fields.u64() === length, "a shape that may grow");
  return shape;
}

/** A type and a shape as libhdf5 tells them. */
export function spaceInfo(type: H5TypeInfo, shape: readonly number[] | null): H5SpaceInfo {
  const cells = shape === null ? 0 : shape.reduce((a, b) => a * b, 1);
  mustHold(Number.isSafeInteger(cells * type.size), "an absurd shape");
  return { ...type, shape, total_size: cells, chunks: null };
}

/** A fill-value message as it is written where nobody asked for a fill value. Source: IV.A.2.f. */
export function expectNoFillValue(fields: Cursor): void {
  const version = fields.u8();
  if (version === 2) fields.expect([2, 2, 1, 0, 0, 0, 0], "a fill value");
  else {
    mustHold(version === 3, "a fill value of another version");
    fields.expect([10], "a fill value");
  }
}

/** Where the bytes of a contiguous dataset lie, from a data layout message. Source: IV.A.2.i. */
export function readLayout(fields: Cursor): { readonly position: number; readonly bytes: number } {
  fields.expect([3, 1], "the layout");
  return { position: fields.u64(), bytes: fields.u64() };
}
