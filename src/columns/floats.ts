import { DataServiceError } from "../errors.js";
import type { ColumnData, ColumnType } from "./table.js";

/** Whether cells of a type are numbers or booleans, of which `floatsOf` can be made. */
export function isNumeric(type: ColumnType): boolean {
  return type !== "string" && type !== "datetime";
}

/** A column's cells as floats, shared where they are some. @see Column.floats @throws DataServiceError bad-request */
export function floatsOf(type: ColumnType, data: ColumnData): Float32Array | Float64Array {
  if (isNumeric(type)) return numbersAsFloats(data);
  const problem = `floats: a column of ${type} cells does not hold numbers; take its values as they are`;
  throw new DataServiceError("bad-request", problem);
}

/** Numbers or booleans as floats, NaN where they are masked. */
export function numbersAsFloats({ values, mask }: ColumnData): Float32Array | Float64Array {
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  if (isFloat && !mask) return values;
  const is64 = values instanceof BigInt64Array || values instanceof BigUint64Array;
  const floats = is64
    ? floatsOf64(values)
    : isFloat
      ? values.slice()
      : new Float64Array(values as ArrayLike<number>);
  if (mask) for (let row = 0; row < floats.length; row++) if (mask[row] === 0) floats[row] = Number.NaN;
  return floats;
}

/** The upper words times 2^32 are exact, so that each sum is rounded once, as Number rounds a BigInt. */
function floatsOf64(values: BigInt64Array | BigUint64Array): Float64Array {
  const { buffer, byteOffset, length } = values;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  const signed = values instanceof BigInt64Array;
  const high = signed ? new Int32Array(buffer, byteOffset, 2 * length) : low;
  const floats = new Float64Array(length);
  for (let i = 0; i < length; i++) floats[i] = high[2 * i + 1]! * 2 ** 32 + low[2 * i]!;
  return floats;
}
