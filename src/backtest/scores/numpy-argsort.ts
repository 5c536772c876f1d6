/** Up to so many items numpy sorts by insertion, which is stable. */
export const NUMPY_STABLE_UP_TO = 16;

/**
 * numpy's `argsort(kind="quicksort")` of floats without NaN, as its scalar code orders equal ones (numpy up to 1.24, and
 * later ones without AVX2): quicksort by the median of three, insertion for 16 and fewer. Its heapsort, for inputs that
 * make quicksort slow, is left out.
 */
export function numpyArgsort(values: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i);
  const at = (place: number): number => values[order[place]!]!;
  const swap = (a: number, b: number): void => {
    const item = order[a]!;
    order[a] = order[b]!;
    order[b] = item;
  };
  const waiting: number[] = [];
  let [left, right] = [0, order.length - 1];
  for (;;) {
    while (right - left >= NUMPY_STABLE_UP_TO) {
      const middle = left + ((right - left) >> 1);
      if (at(middle) < at(left)) swap(middle, left);
      if (at(right) < at(middle)) swap(right, middle);
      if (at(middle) < at(left)) swap(middle, left);
      const pivot = at(middle);
      let [i, j] = [left, right - 1];
      swap(middle, j);
      for (;;) {
        do i++;
        while (at(i) < pivot);
        do j--;
        while (pivot < at(j));
        if (i >= j) break;
        swap(i, j);
      }
      swap(i, right - 1);
      if (i - left < right - i) {
        waiting.push(i + 1, right);
        right = i - 1;
      } else {
        waiting.push(left, i - 1);
        left = i + 1;
      }
    }
    for (let i = left + 1; i <= right; i++) {
      const item = order[i]!;
      let j = i;
      while (j > left && values[item]! < at(j - 1)) {
        order[j] = order[j - 1]!;
        j--;
      }
      order[j] = item;
    }
    if (waiting.length === 0) return order;
    right = waiting.pop()!;
    left = waiting.pop()!;
  }
}
