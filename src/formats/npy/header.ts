import type { TensorType } from "../tensor.js";

/** numpy's name of each type: little-endian, or of one byte. */
const DESCR: Readonly<Record<TensorType, string>> = {
  float32: "<f4",
  float64: "<f8",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  bool: "|b1",
};

export const MAGIC = "\x93NUMPY";
/** The magic, two bytes of version, and the length of the text that follows: two bytes in version 1, four later. */
export const PREFIX_BYTES = 10;
/** The data begins at a multiple of it. */
const ALIGNMENT = 64;
/** Room for a first axis that grows while the file is written, as numpy leaves it (`GROWTH_AXIS_MAX_DIGITS`). */
const GROWTH_DIGITS = 21;

/**
 * The header of a `.npy` file of version 1.0 (numpy's `numpy.lib.format`), in row-major order. Its length does not
 * depend on the first axis, so that it can be written again when that is known.
 */
export function npyHeader(type: TensorType, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${DESCR[type]}', 'fortran_order': False, 'shape': (${axes}), }`;
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const end = PREFIX_BYTES + text.length + growth + 1; // a line feed ends it
  const length = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(length, " ");
  header.write(MAGIC, "latin1");
  header.set([1, 0], 6);
  header.writeUInt16LE(length - PREFIX_BYTES, 8);
  header.write(text, PREFIX_BYTES, "latin1");
  header.write("\n", length - 1);
  return header;
}

const FIELDS =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/;

/** What the text of a header says, or undefined where it is none of ours or numpy's of plain numbers. */
export function parseNpyHeader(
  text: string,
): { readonly descr: string; readonly isFortran: boolean; readonly shape: readonly number[] } | undefined {
  const [, descr, fortran, axes] = FIELDS.exec(text) ?? [];
  if (descr === undefined) return undefined;
  const shape = axes!.split(",").flatMap((axis) => (axis.trim() === "" ? [] : [Number(axis)]));
  return { descr, isFortran: fortran === "True", shape };
}

/** The type that numpy calls `descr`; undefined for text, objects, big-endian numbers and the like. */
export function typeOfDescr(descr: string): TensorType | undefined {
  const types = Object.keys(DESCR) as TensorType[];
  return types.find((type) => DESCR[type] === descr || DESCR[type].replace("|", "<") === descr);
}
