/** numpy adds up to so many numbers in one go, eight of them side by side. */
const BLOCK = 128;

/** The sum as numpy adds float64 (numpy: pairwise_sum), to the last digit. */
export function pairwiseSum(values: ArrayLike<number>, first = 0, last = values.length): number {
  const count = last - first;
  if (count < 8) {
    let sum = count === 0 ? 0 : values[first]!;
    for (let i = first + 1; i < last; i++) sum += values[i]!;
    return sum;
  }
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const middle = first + half - (half % 8);
    return pairwiseSum(values, first, middle) + pairwiseSum(values, middle, last);
  }
  const sums = new Float64Array(8);
  for (let k = 0; k < 8; k++) sums[k] = values[first + k]!;
  let i = first + 8;
  for (; i < last - (count % 8); i += 8) for (let k = 0; k < 8; k++) sums[k]! += values[i + k]!;
  const [a, b, c, d, e, f, g, h] = sums as unknown as number[];
  let sum = a! + b! + (c! + d!) + (e! + f! + (g! + h!));
  for (; i < last; i++) sum += values[i]!;
  return sum;
}
