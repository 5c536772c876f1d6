import { canonicalCode, otherSpelling } from "./instrument-code.js";

/** How a set of instrument codes is spelled: `000001.SZ`, `SZ000001` or `sz000001`. */
export type Spelling = "ts" | "qlib" | "qlib-lower";

/** The one spelling of all stock codes among `codes`; undefined where there are none or several. */
export function spellingOf(codes: Iterable<string>): Spelling | undefined {
  let found: Spelling | undefined;
  for (const code of codes) {
    const other = otherSpelling(code);
    if (other === undefined) continue;
    const own: Spelling = code[6] === "." ? "ts" : canonicalCode(code) === code ? "qlib" : "qlib-lower";
    if (found !== undefined && found !== own) return undefined;
    found = own;
  }
  return found;
}

/** `code` in the given spelling; as it is where it is not a stock code or no spelling is given. */
export function spelledAs(code: string, spelling: Spelling | undefined): string {
  if (spelling === undefined || otherSpelling(code) === undefined) return code;
  const qlib = canonicalCode(code);
  if (spelling === "qlib") return qlib;
  return spelling === "ts" ? otherSpelling(qlib)! : qlib.toLowerCase();
}
