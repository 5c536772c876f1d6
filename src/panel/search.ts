type Sorted = BigInt64Array | Int32Array | Uint32Array;

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
 * `lowerBound` in a session's ascending codes, starting from a guess: the cost is the logarithm of how far
 * the guess is off, and next to nothing where the instrument stands where it stood the session before.
 */
export function gallop(codes: Int32Array, code: number, first: number, last: number, guess: number): number {
  if (first === last) return last;
  let at = guess < first ? first : guess >= last ? last - 1 : guess;
  let step = 1;
  if (codes[at]! < code) {
    while (at + step < last && codes[at + step]! < code) {
      at += step;
      step <<= 1;
    }
    return bound(codes, code, at + 1, Math.min(at + step, last));
  }
  while (at - step >= first && codes[at - step]! >= code) {
    at -= step;
    step <<= 1;
  }
  return bound(codes, code, Math.max(at - step + 1, first), at);
}

// lowerBound for Int32Array alone: the hot path must not share its type feedback with the bigint searches.
function bound(codes: Int32Array, code: number, first: number, last: number): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codes[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return low;
}
