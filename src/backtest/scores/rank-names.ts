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
export function rankDescending(scores: ArrayLike<number>, ties: Ties): number[] {
  const ranked: number[] = [];
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i]!)) ranked.push(i);
  const known = ranked.length;
  sortByScore(ranked, scores);
  if (ties === "numpy-scalar" && known > NUMPY_STABLE_UP_TO && hasEqual(ranked, scores)) {
    // pandas sorts the reversed list upwards and reverses the result.
    const reversed = ranked.toSorted((a, b) => b - a);
    const order = numpyArgsort(reversed.map((i) => scores[i]!));
    for (let i = 0; i < known; i++) ranked[i] = reversed[order[known - 1 - i]!]!;
  }
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i]!)) ranked.push(i);
  return ranked;
}

/** Up to so many are sorted by insertion, which calls nothing. */
const SHORT = 100;

/** High to low, equal ones in their own order. */
function sortByScore(places: number[], scores: ArrayLike<number>): void {
  if (places.length > SHORT) {
    places.sort((a, b) => scores[b]! - scores[a]! || a - b);
    return;
  }
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!;
    const score = scores[place]!;
    let at = i;
    while (at > 0 && scores[places[at - 1]!]! < score) {
      places[at] = places[at - 1]!;
      at--;
    }
    places[at] = place;
  }
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
): number[] {
  if (count * FEW < scores.length) {
    const kept = topOf(scores, count + 1, leftOut);
    const isWhole = kept.length > count; // fewer: NaN scores are to be taken as well
    if (isWhole && (ties === "code" || !hasEqual(kept, scores))) return kept.slice(0, count);
  }
  const places: number[] = [];
  for (let i = 0; i < scores.length; i++) if (!leftOut(i)) places.push(i);
  const order = rankDescending(
    places.map((i) => scores[i]!),
    ties,
  );
  return order.slice(0, count).map((place) => places[place]!);
}

/** The places of the `count` highest scores, high to low, equal ones in their own order; NaN never. */
function topOf(scores: ArrayLike<number>, count: number, leftOut: (position: number) => boolean): number[] {
  const most = Math.min(count, scores.length);
  const top: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (top.length === most ? !(score > least) : Number.isNaN(score)) continue;
    if (leftOut(i)) continue;
    if (top.length < most) top.push(i);
    let at = top.length - 1;
    while (at > 0 && scores[top[at - 1]!]! < score) {
      top[at] = top[at - 1]!;
      at--;
    }
    top[at] = i;
    least = scores[top.at(-1)!]!;
  }
  return top;
}

function hasEqual(places: readonly number[], scores: ArrayLike<number>): boolean {
  for (let i = 1; i < places.length; i++) if (scores[places[i]!] === scores[places[i - 1]!]) return true;
  return false;
}
