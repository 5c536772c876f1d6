import type { ColumnType, NumericArray } from "../../columns/table.js";
import { numpyScalar } from "./numpy-scalar.js";
import { calleeOf, itemsOf, nameOf, PickledObject, type PickleValue } from "./values.js";

/** A numpy array: numbers as they lie in memory, or Python objects. */
export interface NumpyArray {
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest. */
  readonly isFortran: boolean;
  readonly type: ColumnType | "object";
  /** Of a `datetime`: nanoseconds of one count. */
  readonly unitNs: bigint;
  readonly values: NumericArray | readonly PickleValue[];
}

interface Dtype {
  readonly type: NumpyArray["type"];
  readonly unitNs: bigint;
}

/** numpy 2 calls its own modules otherwise than numpy 1. */
function numpyName(name: string | undefined): string | undefined {
  return name?.replace(/^numpy\._core\./, "numpy.core.");
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  b1: "bool",
  M8: "datetime",
};

const ARRAYS: Readonly<Record<Exclude<ColumnType, "string">, (buffer: ArrayBuffer) => NumericArray>> = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
  datetime: (buffer) => new BigInt64Array(buffer),
};

/** The array that a value is a description of; undefined of any other value, and of a dtype that is not read. */
export function numpyArray(value: PickleValue | undefined): NumpyArray | undefined {
  if (!(value instanceof PickledObject)) return undefined;
  const callee = numpyName(nameOf(value.callee));
  if (callee === "numpy.core.multiarray._reconstruct") {
    // (version, shape, dtype, is Fortran, bytes or list)
    const [, shape, dtype, isFortran, cells] = itemsOf(value.state);
    return arrayOf(shape, dtype, isFortran === true, cells);
  }
  if (callee !== "numpy.core.numeric._frombuffer") return undefined;
  const [buffer, dtype, shape, order] = itemsOf(value.args);
  return arrayOf(shape, dtype, order === "F", buffer);
}

function arrayOf(
  shape: PickleValue | undefined,
  stored: PickleValue | undefined,
  isFortran: boolean,
  cells: PickleValue | undefined,
): NumpyArray | undefined {
  const dtype = dtypeOf(stored);
  if (!dtype || !Array.isArray(shape)) return undefined;
  const sizes = shape.map((size) => (typeof size === "number" && size >= 0 ? size : Number.NaN));
  const count = sizes.reduce((a, b) => a * b, 1);
  const values = dtype.type === "object" ? cells : numbersOf(dtype.type, cells);
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) return undefined;
  if ((values as NumericArray).length !== count) return undefined;
  // numpy lists objects in C order, however they lie.
  const isSwapped = isFortran && dtype.type !== "object";
  return { shape: sizes, isFortran: isSwapped, ...dtype, values: values as NumpyArray["values"] };
}

function numbersOf(type: ColumnType, cells: PickleValue | undefined): NumericArray | undefined {
  const bytes = bytesOf(cells);
  if (!bytes || type === "string") return undefined;
  const copy = new Uint8Array(bytes); // a typed array must begin at a multiple of its cells' size
  const make = ARRAYS[type];
  try {
    return make(copy.buffer);
  } catch {
    return undefined; // no whole number of cells
  }
}

/** Bytes; protocol 2 writes them as `_codecs.encode(text, "latin1")`. */
function bytesOf(value: PickleValue | undefined): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return Buffer.from(value, "latin1");
  if (calleeOf(value) !== "_codecs.encode") return undefined;
  const [text, encoding] = itemsOf((value as PickledObject).args);
  return typeof text === "string" && encoding === "latin1" ? Buffer.from(text, "latin1") : undefined;
}

/** The type of a dtype's cells; undefined of another, and of cells whose bytes are the other way round. */
function dtypeOf(value: PickleValue | undefined): Dtype | undefined {
  if (calleeOf(value) !== "numpy.dtype") return undefined;
  const { args, state } = value as PickledObject;
  const [name] = itemsOf(args);
  const [, order, , , , , , , metadata] = itemsOf(state);
  if (order === ">" || typeof name !== "string") return undefined;
  if (name === "O8" || name === "O") return { type: "object", unitNs: 1n };
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (!type) return undefined;
  if (type !== "datetime") return { type, unitNs: 1n };
  const [, unit] = itemsOf(metadata);
  const unitNs = unitOf(unit);
  return unitNs === undefined ? undefined : { type, unitNs };
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  D: 86_400_000_000_000n,
};

/** Of a dtype's metadata: (unit, count, numerator, denominator). */
function unitOf(metadata: PickleValue | undefined): bigint | undefined {
  const [unit, count] = itemsOf(metadata);
  const name = unit instanceof Uint8Array ? Buffer.from(unit).toString("latin1") : encodedText(unit);
  return count === 1 && name !== undefined && Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
}

function encodedText(value: PickleValue | undefined): string | undefined {
  const bytes = bytesOf(value);
  return bytes && Buffer.from(bytes).toString("latin1");
}

/** A number of numpy's, or any other plain value as it is; undefined of other objects. */
export function plainCell(value: PickleValue): string | number | bigint | boolean | null | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "symbol")) return value;
  if (nameOf(value) === "pandas._libs.missing.NA") return null;
  if (numpyName(calleeOf(value)) !== "numpy.core.multiarray.scalar") return undefined;
  const [dtype, bytes] = itemsOf((value as PickledObject).args);
  const name = calleeOf(dtype) === "numpy.dtype" ? itemsOf((dtype as PickledObject).args)[0] : undefined;
  const cells = bytesOf(bytes);
  if (typeof name !== "string" || !cells || dtypeOf(dtype) === undefined) return undefined;
  return numpyScalar(name, cells);
}
