import { InvalidArgumentError, Option } from "commander";

/** `a,b,c` as a list; blanks around the names do not count. */
export function list(text: string): string[] {
  return allGiven(text.split(","), QUOTES);
}

/** The same of instruments. */
export function instruments(text: string): string[] {
  return allGiven(text.split(","), "leave the option out for all instruments");
}

/** Field names and expressions, separated by commas outside parentheses: `close,Mean($close,5)`. */
export function fields(text: string): string[] {
  const parts: string[] = [];
  let [depth, begun] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth--;
    if (at < text.length && !(text[at] === "," && depth === 0)) continue;
    parts.push(text.slice(begun, at));
    begun = at + 1;
  }
  return allGiven(parts, QUOTES);
}

/** Nothing is what a shell makes of `$close` without quotes. */
const QUOTES = "put $close in single quotes, else the shell takes it";

/** Nothing in place of a name is refused. */
function allGiven(parts: readonly string[], advice: string): string[] {
  const names = parts.map((part) => part.trim());
  if (!names.includes("")) return names;
  const what = names.length === 1 ? "no name is given" : "a name is empty";
  throw new InvalidArgumentError(`${what}; ${advice}.`);
}

/** A positive whole number. */
export function count(text: string): number {
  return countBetween(1, Number.POSITIVE_INFINITY)(text);
}

/** A whole number from `least` up to `most`. */
export function countBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (Number.isInteger(n) && n >= least && n <= most) return n;
    const range = most < Number.POSITIVE_INFINITY ? `to ${most}` : "on";
    throw new InvalidArgumentError(`give a whole number from ${least} ${range}.`);
  };
}

export const skipUnknownOption = (): Option =>
  new Option("--skip-unknown", "leave unknown instruments out and say so, instead of failing");

export const keyOption = (): Option =>
  new Option("--key <key>", 'the key inside an HDF5 file (default: "data")');

/** `whose` names the folder where the path may be of another kind as well. */
export const freqOption = (whose = "qlib folder: "): Option =>
  new Option("--freq <freq>", `${whose}which bars, such as day or 1min`);

export const formatOption = (): Option =>
  new Option("--format <format>", "output format").choices(["table", "csv", "json"]).default("table");

export type OutputFormat = "table" | "csv" | "json";
