import type { PythonJson } from "./python-json.js";

export interface JsonStyle {
  /** Between members, and between key and value: Python's default is `", "` and `": "`. */
  readonly separators: readonly [string, string];
  /** Blanks a level, as `json.dumps(indent=…)`; then a comma ends its line. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
  /** What an integral or tiny float looks like, and NaN. */
  readonly float: (value: number) => string;
}

/** `json.dumps(ensure_ascii=False)`, one line. */
export const PYTHON_STYLE: JsonStyle = { separators: [", ", ": "], float: pythonFloat };
/** `json.dumps(ensure_ascii=False, indent=2)`, as the research side writes its files. */
export const PYTHON_FILE_STYLE: JsonStyle = { separators: [",", ": "], indent: 2, float: pythonFloat };
/** What FastAPI answers with pydantic 2: no blanks, floats as Rust prints them, NaN and Infinity null. */
export const API_STYLE: JsonStyle = { separators: [",", ":"], float: rustFloat };

/** Prints as Python does; a lone surrogate, which UTF-8 cannot hold, is escaped. */
export function printJson(value: PythonJson, style: JsonStyle): string {
  return print(value, style, "\n");
}

function print(value: PythonJson, style: JsonStyle, line: string): string {
  if (value === null) return "null";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return style.float(value);
  if (typeof value !== "object") return String(value);
  const isList = Array.isArray(value);
  const inner = style.indent === undefined ? line : line + " ".repeat(style.indent);
  const members = isList
    ? value.map((member) => print(member, style, inner))
    : entries(value, style).map(
        ([key, member]) => quoted(key) + style.separators[1] + print(member, style, inner),
      );
  const [open, close] = isList ? "[]" : "{}";
  if (members.length === 0 || style.indent === undefined) {
    return open + members.join(style.separators[0]) + close;
  }
  return open + inner + members.join(style.separators[0] + inner) + line + close;
}

function entries(object: ReadonlyMap<string, PythonJson>, { sortKeys }: JsonStyle): [string, PythonJson][] {
  const all = [...object];
  return sortKeys ? all.sort(([a], [b]) => byCodePoint(a, b)) : all;
}

/** The order of Python's strings; JavaScript's own `<` compares UTF-16 units, which puts 🚀 before U+FFFD. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** JSON.stringify escapes what Python does, and lone surrogates. */
const quoted = (text: string): string => JSON.stringify(text);

/** `repr(float)`: 1.0, 1e-05, 1e+16, NaN. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const { digits, exponent, sign } = shortest(value);
  if (exponent >= -4 && exponent < 16) return sign + fixed(digits, exponent);
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${mantissa(digits)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** What Rust's ryu prints: 1.0, 0.00001, 1e-7, 1e16. */
function rustFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const { digits, exponent, sign } = shortest(value);
  if (exponent >= -5 && exponent < 16) return sign + fixed(digits, exponent);
  return `${sign}${mantissa(digits)}e${exponent}`;
}

/** The fewest digits that give the number back, as d.ddd × 10^exponent. */
function shortest(value: number): { digits: string; exponent: number; sign: string } {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [digits = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { digits: digits.replace(".", ""), exponent: Number(exponent), sign };
}

function fixed(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}

const mantissa = (digits: string): string =>
  digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
