import { NUMPY_STABLE_UP_TO, numpyArgsort } from "./numpy-argsort.js";

/**
 * The order of equal scores: by name, or as pandas' `sort_values` leaves them on numpy's scalar quicksort, which is what
 * qlib runs on; that is the same up to 16 names.
 */
export type Ties = "code" | "numpy-scalar";
export const TIES: readonly Ties[] = ["code", "numpy-scalar"];

/**
 * Positions in `scores`, high to low, those with NaN last in their own order: pandas'
 * `sort_values(ascending=False)`.
 */
export function rankDescending(scores: ArrayLike<number>, ties: Ties): Int32Array {
  const ranked = new Int32Array(scores.length);
  let known = 0;
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i]!)) ranked[known++] = i;
  for (let i = 0, at = known; i < scores.length; i++) if (Number.isNaN(scores[i]!)) ranked[at++] = i;
  const scored = ranked.subarray(0, known);
  const reversed = ties === "code" || known <= NUMPY_STABLE_UP_TO ? undefined : scored.slice().reverse();
  scored.sort((a, b) => scores[b]! - scores[a]! || a - b);
  if (!reversed || !hasEqual(scored, scores)) return ranked;
  // pandas sorts the reversed list upwards and reverses the result.
  const order = numpyArgsort(Float64Array.from(reversed, (i) => scores[i]!));
  for (let i = 0; i < known; i++) ranked[i] = reversed[order[known - 1 - i]!]!;
  return ranked;
}

/** One pass keeps the highest in a sorted list, which is fast while it holds less than an eighth of all. */
const FEW = 8;

/**
 * The first `count` positions of `rankDescending` among those that are not `left out`, in one pass where no scores are
 * equal among them.
 */
export function rankFirst(
  scores: ArrayLike<number>,
  count: number,
  ties: Ties,
  leftOut: (position: number) => boolean,
): Int32Array {
  if (count * FEW < scores.length) {
    const kept = topOf(scores, count + 1, leftOut);
    const isWhole = kept.length > count; // fewer: NaN scores are to be taken as well
    if (isWhole && (ties === "code" || !hasEqual(kept, scores))) return kept.subarray(0, count);
  }
  const places: number[] = [];
  for (let i = 0; i < scores.length; i++) if (!leftOut(i)) places.push(i);
  const order = rankDescending(
    Float64Array.from(places, (i) => scores[i]!),
    ties,
  );
  return order.subarray(0, count).map((place) => places[place]!);
}

/** The places of the `count` highest scores, high to low, equal ones in their own order; NaN never. */
function topOf(scores: ArrayLike<number>, count: number, leftOut: (position: number) => boolean): Int32Array {
  const top = new Int32Array(Math.min(count, scores.length));
  let size = 0;
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (size === top.length ? !(score > least) : Number.isNaN(score)) continue;
    if (leftOut(i)) continue;
    let at = size < top.length ? size++ : size - 1;
    while (at > 0 && scores[top[at - 1]!]! < score) {
      top[at] = top[at - 1]!;
      at--;
    }
    top[at] = i;
    least = scores[top[size - 1]!]!;
  }
  return top.subarray(0, size);
}

function hasEqual(places: Int32Array, scores: ArrayLike<number>): boolean {
  for (let i = 1; i < places.length; i++) if (scores[places[i]!] === scores[places[i - 1]!]) return true;
  return false;
}
