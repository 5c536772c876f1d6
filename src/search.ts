type Sorted = BigInt64Array | Int32Array | Uint32Array | Float64Array;

/** The first position in [first, last) whose value is not less than `value`, else `last`. */
export function lowerBound<T extends Sorted>(
  values: T,
  value: T[number],
  first: number,
  last: number,
): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first position in [first, last) whose value is greater than `value`, else `last`. */
export function upperBound<T extends Sorted>(
  values: T,
  value: T[number],
  first: number,
  last: number,
): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The first position from `at` on whose code is not less than `code`, else the length. The step doubles until
 * it is passed: the cost is the logarithm of the distance. Int32Array alone, so that the hot path does not share
 * its type feedback with the bigint searches.
 */
export function gallop(codes: Int32Array, code: number, at: number): number {
  let step = 1;
  while (at + step <= codes.length && codes[at + step - 1]! < code) {
    at += step;
    step <<= 1;
  }
  let [low, high] = [at, Math.min(at + step - 1, codes.length)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codes[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return low;
}
