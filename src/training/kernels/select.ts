import type { Cells } from "../frame/block.js";

/**
 * The k-th smallest of the cells [0, count), which it moves about: Hoare's quickselect around the median of three. None
 * of them is NaN.
 */
export function selectKth(cells: Cells, count: number, k: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const pivot = medianOfThree(cells[low]!, cells[middle]!, cells[high]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (cells[i]! < pivot) i++;
      while (cells[j]! > pivot) j--;
      if (i > j) break;
      const cell = cells[i]!;
      cells[i++] = cells[j]!;
      cells[j--] = cell;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return cells[k]!;
  }
  return cells[k]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}

/**
 * The median of the cells [0, count), which it moves about; NaN of none. Of an even count the mean of the middle two, in
 * the type of the cells, as numpy's nanmedian.
 */
export function medianOf(cells: Cells, count: number): number {
  if (count === 0) return Number.NaN;
  const upper = count >>> 1;
  const high = selectKth(cells, count, upper);
  if (count % 2 === 1) return high;
  let low = Number.NEGATIVE_INFINITY; // the greatest of what lies below
  for (let i = 0; i < upper; i++) if (cells[i]! > low) low = cells[i]!;
  if (cells instanceof Float32Array) return Math.fround(Math.fround(low + high) / 2);
  return (low + high) / 2;
}

/**
 * The quantile `q` (0 to 1) of the cells [0, count), which it moves about, linear between neighbours as numpy's
 * nanquantile; NaN of none.
 */
export function quantileOf(cells: Cells, count: number, q: number): number {
  if (count === 0) return Number.NaN;
  const place = q * (count - 1);
  const below = Math.floor(place);
  const low = selectKth(cells, count, below);
  if (below === place) return low;
  let high = Number.POSITIVE_INFINITY; // the least of what lies above
  for (let i = below + 1; i < count; i++) if (cells[i]! < high) high = cells[i]!;
  return low + (high - low) * (place - below);
}
