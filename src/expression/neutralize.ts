import { isPresent } from "./kernels.js";

/** A direction whose length shrinks below this share of itself is made of those before it: it explains nothing more. */
const NO_NEW_DIRECTION = 1e-9;

/**
 * The residuals of a session's least squares of `cells` on one constant a group and the exposures: what is left when the
 * mean of each group and the part that the exposures explain are taken away. By Frisch, Waugh and Lovell's theorem the
 * group means are taken first, of the exposures too; then a modified Gram–Schmidt takes one exposure after the other.
 * Rows of which anything is missing take no part and are NaN.
 */
export function neutralize(
  cells: Float64Array,
  group: Float64Array,
  exposures: readonly Float64Array[],
  out: Float64Array,
): void {
  const series = [cells, ...exposures];
  const rows: number[] = [];
  for (let i = 0; i < cells.length; i++) {
    if (!Number.isNaN(group[i]!) && series.every((one) => isPresent(one[i]!))) rows.push(i);
  }
  const [own, ...directions] = series.map((one) => demeaned(one, group, rows));
  for (const [k, direction] of directions.entries()) {
    const before = dot(direction, direction);
    for (const earlier of directions.slice(0, k)) takeAway(direction, earlier);
    if (dot(direction, direction) <= NO_NEW_DIRECTION ** 2 * before) direction.fill(0);
  }
  for (const direction of directions) takeAway(own!, direction);
  out.fill(Number.NaN);
  for (const [i, row] of rows.entries()) out[row] = own![i]!;
}

/** The cells of some rows minus the mean of their group there. */
function demeaned(cells: Float64Array, group: Float64Array, rows: readonly number[]): Float64Array {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const row of rows) {
    const known = sums.get(group[row]!);
    if (known) {
      known.sum += cells[row]!;
      known.count++;
    } else sums.set(group[row]!, { sum: cells[row]!, count: 1 });
  }
  return Float64Array.from(rows, (row) => {
    const { sum, count } = sums.get(group[row]!)!;
    return cells[row]! - sum / count;
  });
}

/** Takes the part of `x` along `direction` away. */
function takeAway(x: Float64Array, direction: Float64Array): void {
  const length = dot(direction, direction);
  if (length === 0) return;
  const share = dot(x, direction) / length;
  for (let i = 0; i < x.length; i++) x[i]! -= share * direction[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
