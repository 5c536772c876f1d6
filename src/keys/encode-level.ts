import { Int64Level } from "../columns/int64-level.js";

/** Each distinct value once, by the rows it first stands in, and a code a row. */
export interface EncodedLevel<T> {
  readonly level: T[];
  /** −1 for null and undefined. */
  readonly codes: Int32Array;
}

/** The level of values in memory. Times in an array of 64-bit integers are compared by their bits, without a BigInt each. */
export function encodeLevel<T extends bigint | string>(
  values: ArrayLike<T | null | undefined>,
): EncodedLevel<T> {
  if (!(values instanceof BigInt64Array)) return encodeEach(values);
  const level = new Int64Level();
  const codes = new Int32Array(values.length);
  level.encode(values, codes);
  return { level: Array.from(level.values()) as T[], codes };
}

/**
 * Runs of one value, as datetimes have, and values in the order in which they first came, as those of each session,
 * cost no look-up.
 */
function encodeEach<T extends bigint | string>(values: ArrayLike<T | null | undefined>): EncodedLevel<T> {
  const position = new Map<T, number>();
  const level: T[] = [];
  const codes = new Int32Array(values.length);
  let [before, code] = [null as T | null, -1];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    if (value !== before) {
      before = value;
      if (value === null) code = -1;
      else if (code + 1 < level.length && level[code + 1] === value) code++;
      else {
        code = position.get(value) ?? level.length;
        if (code === level.length) position.set(level[level.push(value) - 1]!, code);
      }
    }
    codes[row] = code;
  }
  return { level, codes };
}
