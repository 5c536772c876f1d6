import { DataServiceError } from "../errors.js";
import { plainSpelling } from "./qlib-spellings.js";
import {
  badExpression,
  type Call,
  type Expression,
  MOST_CHARACTERS,
  MOST_DEPTH,
  MOST_NESTING,
  type ParsedExpression,
} from "./syntax.js";
import { type Token, tokenize } from "./tokens.js";

/**
 * Binary symbols by binding strength, as in Python: comparisons bind looser than `|`, which binds looser than `&`,
 * then `+ -`, then `* /`.
 */
const BINARY: Readonly<Record<string, { readonly strength: number; readonly operator: string }>> = {
  "<": { strength: 1, operator: "Lt" },
  "<=": { strength: 1, operator: "Le" },
  ">": { strength: 1, operator: "Gt" },
  ">=": { strength: 1, operator: "Ge" },
  "==": { strength: 1, operator: "Eq" },
  "!=": { strength: 1, operator: "Ne" },
  "|": { strength: 2, operator: "Or" },
  "&": { strength: 3, operator: "And" },
  "+": { strength: 4, operator: "Add" },
  "-": { strength: 4, operator: "Sub" },
  "*": { strength: 5, operator: "Mul" },
  "/": { strength: 5, operator: "Div" },
};
const COMPARISON = 1;

/** What Python has and the language of factors has not, with what to write instead. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["and", `write "&" and put each comparison in parentheses`],
  ["or", `write "|" and put each comparison in parentheses`],
  ["not", "write Not(condition)"],
  ["~", "write Not(condition)"],
  ["if", "write If(condition, a, b)"],
  ["else", "write If(condition, a, b)"],
  ["//", `write "/"`],
  ["%", "there is no remainder operator"],
  ["^", `write "**" or Power(a, b)`],
  ["<<", "there is no shift of bits; Ref(x, N) shifts in time"],
  [">>", "there is no shift of bits; Ref(x, N) shifts in time"],
  ["@", "there is no matrix product"],
  ["=", `write "==" to compare`],
  ["!", `write "!=" to compare, or Not(condition)`],
]);

/**
 * Parses one expression of qlib's language: Python's grammar for numbers, `$fields`, calls, arithmetic, comparisons,
 * `&`, `|`, `**` and unary signs. Nothing is evaluated. @throws DataServiceError bad-expression
 */
export function parseExpression(text: string): ParsedExpression {
  if (typeof text !== "string") {
    const problem = `an expression is text, such as "Mean($close, 5)", not ${String(text)}`;
    throw new DataServiceError("bad-expression", problem);
  }
  if (text.length > MOST_CHARACTERS) {
    const problem = `an expression may have ${MOST_CHARACTERS} characters; this one has ${text.length}`;
    throw badExpression(text, 0, problem, { count: text.length });
  }
  const tree = new Parser(text).whole();
  return { text, tree, fields: fieldsOf(tree) };
}

function fieldsOf(tree: Expression, found = new Map<string, number>()): Map<string, number> {
  if (tree.kind === "field" && !found.has(tree.name)) found.set(tree.name, tree.at);
  if (tree.kind === "call") for (const arg of tree.args) fieldsOf(arg, found);
  return found;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #nesting = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  whole(): Expression {
    if (this.#peek.kind === "end") throw badExpression(this.#text, 0, "the expression is empty");
    const expression = this.#binary(COMPARISON);
    const rest = this.#peek;
    if (rest.kind === "end") return expression;
    if (rest.text === ")") throw this.#error(rest, `")" closes nothing`);
    throw this.#error(rest, `unexpected "${rest.text}" after a complete expression; an operator is missing`);
  }

  get #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #error(token: Token, problem: string): Error {
    return badExpression(this.#text, token.at, problem);
  }

  #binary(strength: number): Expression {
    let left = strength > 5 ? this.#signed() : this.#binary(strength + 1);
    for (let compared = false; ; compared = true) {
      const token = this.#peek;
      const hint = token.kind === "end" ? undefined : FOREIGN.get(token.text);
      if (hint !== undefined) throw this.#error(token, `"${token.text}" is not in this language; ${hint}`);
      const symbol = token.kind === "symbol" ? BINARY[token.text] : undefined;
      if (symbol?.strength !== strength) return left;
      if (compared && strength === COMPARISON) {
        throw this.#error(token, `comparisons do not chain; write (a ${token.text} b) & (b ${token.text} c)`);
      }
      this.#next++;
      left = this.#call(symbol.operator, token.text, [left, this.#binary(strength + 1)], token.at);
    }
  }

  /** Unary signs; `-a ** b` is `-(a ** b)`. */
  #signed(): Expression {
    const token = this.#peek;
    if (token.kind !== "symbol" || (token.text !== "-" && token.text !== "+")) return this.#powered();
    this.#next++;
    const operand = this.#nested(token, () => this.#signed());
    if (token.text === "+") return operand;
    if (operand.kind === "number") return { ...operand, value: -operand.value, at: token.at };
    return this.#call("Neg", "-", [operand], token.at);
  }

  #powered(): Expression {
    const base = this.#atom();
    const token = this.#peek;
    if (token.kind !== "symbol" || token.text !== "**") return base;
    this.#next++;
    const exponent = this.#nested(token, () => this.#signed());
    return this.#call("Power", "**", [base, exponent], token.at);
  }

  #atom(): Expression {
    const token = this.#peek;
    const { at, end } = token;
    this.#next++;
    switch (token.kind) {
      case "number": {
        const value = Number(token.text.replaceAll("_", ""));
        return { kind: "number", value, whole: /^[\d_]+$/.test(token.text), at, end };
      }
      case "field":
        return { kind: "field", name: token.text, at, end };
      case "text":
        return { kind: "text", value: token.text.slice(1, -1), at, end };
      case "name":
        return this.#named(token);
      case "symbol":
        if (token.text === "(") {
          const inner = this.#nested(token, () => this.#binary(COMPARISON));
          this.#close(token);
          return inner;
        }
    }
    const hint = FOREIGN.get(token.text);
    if (hint !== undefined) throw this.#error(token, `"${token.text}" is not in this language; ${hint}`);
    const found = token.kind === "end" ? "the end" : `"${token.text}"`;
    throw this.#error(token, `a field, a number or an operator is missing before ${found}`);
  }

  #named(token: Token): Expression {
    const hint = FOREIGN.get(token.text);
    if (hint !== undefined) throw this.#error(token, `"${token.text}" is not in this language; ${hint}`);
    const open = this.#peek;
    if (open.text !== "(") {
      const problem = `"${token.text}" is neither a field nor a call; a field is written "$${token.text}"`;
      throw badExpression(this.#text, token.at, problem, { suggestion: `$${token.text}` });
    }
    this.#next++;
    const args: Expression[] = [];
    while (this.#peek.text !== ")" || this.#peek.kind === "text") {
      args.push(this.#nested(open, () => this.#binary(COMPARISON)));
      if (this.#peek.text === "," && this.#peek.kind === "symbol") this.#next++;
      else break;
    }
    this.#close(open);
    return plainSpelling(this.#call(token.text, token.text, args, token.at), this.#text);
  }

  #close(open: Token): void {
    const token = this.#peek;
    if (token.kind === "symbol" && token.text === ")") this.#next++;
    else if (token.kind === "end") throw this.#error(open, `"(" is never closed`);
    else throw this.#error(token, `"," or ")" is missing before "${token.text}"`);
  }

  #nested<T>(token: Token, parse: () => T): T {
    if (++this.#nesting > MOST_NESTING) {
      throw this.#error(token, `an expression may nest ${MOST_NESTING} deep; this one goes deeper here`);
    }
    const result = parse();
    this.#nesting--;
    return result;
  }

  #call(operator: string, written: string, args: readonly Expression[], at: number): Call {
    const depth = 1 + Math.max(0, ...args.map((arg) => (arg.kind === "call" ? arg.depth : 0)));
    if (depth > MOST_DEPTH) {
      const problem = `an expression may have ${MOST_DEPTH} operators one on another; this one has more here`;
      throw badExpression(this.#text, at, problem);
    }
    return { kind: "call", operator, written, args, depth, at, end: this.#tokens[this.#next - 1]!.end };
  }
}
