import { type CodeConvention, codeAs, parseCode } from "./code-conventions.js";

/** How a set of instrument codes is spelled. */
export type Spelling = CodeConvention;

/** The one convention of all stock codes among `codes`; undefined where there are none or several. */
export function spellingOf(codes: Iterable<string>): Spelling | undefined {
  let found: Spelling | undefined;
  const parsed = Array.from(codes, parseCode).filter((code) => code !== undefined);
  for (const { convention } of parsed) {
    if (convention === undefined) return undefined;
    // Yahoo's words but one are ts_code's.
    if (found === undefined || (found === "ts" && convention === "yahoo")) found = convention;
    else if (convention !== found && !(found === "yahoo" && convention === "ts")) return undefined;
  }
  const isYahoo =
    found === "yahoo" && parsed.every((code) => code.exchange !== "SH" || code.convention === "yahoo");
  return found === "yahoo" && !isYahoo ? undefined : found;
}

/** `code` in the given convention; as it is where it is not a stock code or none is given. */
export function spelledAs(code: string, spelling: Spelling | undefined): string {
  const parsed = spelling === undefined ? undefined : parseCode(code);
  return parsed ? codeAs(parsed, spelling!) : code;
}
