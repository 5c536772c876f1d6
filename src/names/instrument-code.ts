import { codeAs, parseCode } from "./code-conventions.js";

/**
 * The other spelling of an instrument code: `000001.SZ` (ts_code) for `SZ000001` or `sz000001` (qlib), qlib's for one of
 * any other convention; undefined where the code is of none.
 */
export function otherSpelling(code: string): string | undefined {
  const parsed = parseCode(code);
  if (!parsed) return undefined;
  return codeAs(parsed, /^[A-Za-z]{2}\d{6}$/.test(code) ? "ts" : "qlib");
}

/** The position of each code under its canonical spelling; of two codes with one spelling the first counts. */
export function canonicalPositions(codes: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const [position, code] of codes.entries()) {
    const canonical = canonicalCode(code);
    if (!positions.has(canonical)) positions.set(canonical, position);
  }
  return positions;
}

/** One spelling for all: `SZ000001` for `000001.SZ`, `sz.000001` or `000001.XSHE`; names of no convention as they are. */
export function canonicalCode(code: string): string {
  const parsed = parseCode(code);
  return parsed ? codeAs(parsed, "qlib") : code;
}
