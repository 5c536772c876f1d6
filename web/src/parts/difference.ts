/** A piece of a text, and whether the others have it too. */
export interface Piece {
  readonly text: string;
  readonly isCommon: boolean;
}

const TOKEN = /\$?[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|\s+|./gu;
/** Tokens of a text that are compared: the table of two grows with their product. */
const MOST_TOKENS = 400;

/** A text in pieces: those that the first one has in the same order, and those that it has not. */
export function differenceFrom(first: string, other: string): Piece[] {
  const [a, b] = [first.match(TOKEN) ?? [], other.match(TOKEN) ?? []];
  if (a.length > MOST_TOKENS || b.length > MOST_TOKENS) return [{ text: other, isCommon: first === other }];
  const common = commonTokens(a, b);
  const pieces: Piece[] = [];
  for (const [at, text] of b.entries()) {
    const isCommon = common.has(at);
    const last = pieces.at(-1);
    if (last?.isCommon === isCommon) pieces[pieces.length - 1] = { text: last.text + text, isCommon };
    else pieces.push({ text, isCommon });
  }
  return pieces;
}

/** Places in `b` of a longest sequence of tokens that both have. */
function commonTokens(a: readonly string[], b: readonly string[]): Set<number> {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let k = b.length - 1; k >= 0; k--) {
      lengths[i * width + k] =
        a[i] === b[k]
          ? lengths[(i + 1) * width + k + 1]! + 1
          : Math.max(lengths[(i + 1) * width + k]!, lengths[i * width + k + 1]!);
    }
  }
  const common = new Set<number>();
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    if (a[i] === b[k]) {
      common.add(k++);
      i++;
    } else if (lengths[(i + 1) * width + k]! >= lengths[i * width + k + 1]!) i++;
    else k++;
  }
  return common;
}
