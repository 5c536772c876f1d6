import { DataServiceError, type ErrorDetails } from "../errors.js";
import { textWidth } from "../text/text-width.js";

interface Placed {
  /** Where its own word stands in the text (the symbol of `a + b`): where a message points. */
  readonly at: number;
  /** One past its last character. */
  readonly end: number;
}
export interface NumberLiteral extends Placed {
  readonly kind: "number";
  readonly value: number;
  /** Written without point or exponent: an int to Python. */
  readonly whole: boolean;
}
export interface TextLiteral extends Placed {
  readonly kind: "text";
  readonly value: string;
}
export interface FieldName extends Placed {
  readonly kind: "field";
  /** As written, with its `$`. */
  readonly name: string;
}
/** An operator, written as a function or as a symbol (`a + b` is `Add(a, b)`). */
export interface Call extends Placed {
  readonly kind: "call";
  readonly operator: string;
  /** What stands in the text: the operator's name or its symbol. */
  readonly written: string;
  readonly args: readonly Expression[];
  readonly depth: number;
}
export type Expression = NumberLiteral | TextLiteral | FieldName | Call;

/** An expression as a value: its text, and what the text says. */
export interface ParsedExpression {
  readonly text: string;
  readonly tree: Expression;
  /** The fields it names, as written, and where each stands first in the text. */
  readonly fields: ReadonlyMap<string, number>;
}

/**
 * How deep parentheses may nest, how many operators may follow from each other, as the terms of a sum do, and how long
 * expressions may be: what they cost is bounded before they run.
 */
export const MOST_NESTING = 256;
export const MOST_DEPTH = 1024;
export const MOST_CHARACTERS = 65536;

const SHOWN = 72;

/** An error that shows the text with a caret under character `at`. */
export function badExpression(
  text: string,
  at: number,
  problem: string,
  details: ErrorDetails = {},
): DataServiceError {
  return new DataServiceError("bad-expression", `${problem}\n${shownAt(text, at)}`, {
    position: at,
    ...details,
  });
}

/** The text, cut where it is long, and under it a caret at character `at`. */
export function shownAt(text: string, at: number): string {
  const from = text.length <= SHOWN ? 0 : Math.max(0, Math.min(at - SHOWN / 2, text.length - SHOWN));
  const before = from > 0 ? "…" : "";
  const after = from + SHOWN < text.length ? "…" : "";
  const snippet = `${before}${text.slice(from, from + SHOWN)}${after}`.replace(/\s/g, " ");
  const caret = " ".repeat(textWidth(before + text.slice(from, at).replace(/\s/g, " ")));
  return `  ${snippet}\n  ${caret}^`;
}
