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
  let [a, b, c, d] = [values[first]!, values[first + 1]!, values[first + 2]!, values[first + 3]!];
  let [e, f, g, h] = [values[first + 4]!, values[first + 5]!, values[first + 6]!, values[first + 7]!];
  let i = first + 8;
  for (; i < last - (count % 8); i += 8) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
    e += values[i + 4]!;
    f += values[i + 5]!;
    g += values[i + 6]!;
    h += values[i + 7]!;
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (; i < last; i++) sum += values[i]!;
  return sum;
}
