import { badExpression } from "./syntax.js";

export type TokenKind = "number" | "field" | "name" | "text" | "symbol" | "end";
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const SPACE = /\s+/y;
const NUMBER = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
// qlib's `parse_field` takes word characters and some full-width punctuation into a field's name.
// A dot may join a panel's name to its field's; no expression of qlib has one there.
const FIELD = /\$[\p{L}\p{N}_、：（）]+(?:\.[\p{L}_][\p{L}\p{N}_、：（）]*)?/uy;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const TEXT = /'[^'\n]*'|"[^"\n]*"/y;
const SYMBOL = /\*\*|\/\/|<<|>>|[<>=!]=|[-+*/%&|^~<>(),@=!]/y;

const KINDS: readonly (readonly [TokenKind, RegExp])[] = [
  ["field", FIELD],
  ["number", NUMBER],
  ["name", NAME],
  ["text", TEXT],
  ["symbol", SYMBOL],
];

/** The words of an expression, the last one of kind `end`. @throws DataServiceError bad-expression */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, word: string): void => {
    tokens.push({ kind, text: word, at, end: at + word.length });
    at += word.length;
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    if (text.startsWith("$$", at)) {
      throw badExpression(text, at, `point-in-time fields ("$$…") are not in a panel; use a plain "$field"`);
    }
    const found = KINDS.find(([, pattern]) => match(pattern) !== undefined);
    if (found) push(found[0], match(found[1])!);
    else if (text[at] === "$") throw badExpression(text, at, `a field name must follow "$"`);
    else
      throw badExpression(text, at, `unexpected character "${String.fromCodePoint(text.codePointAt(at)!)}"`);
  }
  tokens.push({ kind: "end", text: "", at: text.length, end: text.length });
  return tokens;
}
