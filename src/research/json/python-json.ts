import { setOwn } from "../../names/set-own.js";
/**
 * JSON as Python's `json` module reads and writes it, which decides ids and answers byte for byte: an int is not a float
 * (1 and 1.0 differ), ints have any size, keys keep their order ("0" after "a"), NaN and Infinity are tokens.
 */
export type PythonJson =
  | null
  | boolean
  | string
  | bigint // a Python int
  | number // a Python float
  | PythonJson[]
  | PythonObject;

/** A dict: of keys that stand twice, the first place and the last value. */
export type PythonObject = Map<string, PythonJson>;

/** Python's own limit is a thousand calls. */
const DEEPEST = 990;

/**
 * Parses as `json.loads` does.
 * @throws SyntaxError with the place, as `JSON.parse` does
 */
export function parsePythonJson(text: string): PythonJson {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
/** A string without escapes, which most are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them unescaped
const PLAIN_STRING = /"([^"\\\u0000-\u001f]*)"/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them unescaped
const ANY_STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;

const WORDS: ReadonlyMap<string, PythonJson> = new Map<string, PythonJson>([
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonJson {
    if (depth > DEEPEST) throw new SyntaxError(`nested deeper than ${DEEPEST} at ${this.#at}`);
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#list(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #object(depth: number): PythonObject {
    const object: PythonObject = new Map();
    this.#at++;
    if (this.#takes("}")) return object;
    do {
      this.#skipBlanks();
      const key = this.#string();
      if (!this.#takes(":")) throw this.#unexpected();
      object.set(key, this.value(depth + 1));
    } while (this.#takes(","));
    if (!this.#takes("}")) throw this.#unexpected();
    return object;
  }

  #list(depth: number): PythonJson[] {
    const list: PythonJson[] = [];
    this.#at++;
    if (this.#takes("]")) return list;
    do list.push(this.value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) throw this.#unexpected();
    return list;
  }

  #string(): string {
    PLAIN_STRING.lastIndex = this.#at;
    const plain = PLAIN_STRING.exec(this.#text);
    if (plain) {
      this.#at = PLAIN_STRING.lastIndex;
      return plain[1]!;
    }
    ANY_STRING.lastIndex = this.#at;
    const escaped = ANY_STRING.exec(this.#text);
    if (!escaped) throw this.#unexpected();
    this.#at = ANY_STRING.lastIndex;
    return JSON.parse(escaped[0]) as string;
  }

  #number(): bigint | number {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (!found) throw this.#unexpected();
    this.#at = NUMBER.lastIndex;
    const isInteger = found[1] === undefined && found[2] === undefined;
    return isInteger ? BigInt(found[0]) : Number(found[0]);
  }

  #takes(sign: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    BLANKS.exec(this.#text);
    this.#at = BLANKS.lastIndex;
  }

  #unexpected(): SyntaxError {
    const found = this.#text[this.#at];
    const what = found === undefined ? "end of the text" : JSON.stringify(found);
    return new SyntaxError(`unexpected ${what} at character ${this.#at}`);
  }
}

/** Plain JavaScript values of it: ints beyond 2^53 are rounded, keys like "0" come first, NaN stays NaN. */
export function plainJson(value: PythonJson): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (!(value instanceof Map)) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, member] of value) {
    setOwn(plain, key, plainJson(member));
  }
  return plain;
}
