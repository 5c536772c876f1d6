const TS_CODE = /^(\d{6})\.([A-Za-z]{2})$/;
const QLIB_CODE = /^([A-Za-z]{2})(\d{6})$/;

/**
 * The other spelling of an instrument code: `000001.SZ` (ts_code) for `SZ000001` or `sz000001` (qlib), and
 * the reverse; undefined where the code is neither.
 */
export function otherSpelling(code: string): string | undefined {
  const ts = TS_CODE.exec(code);
  if (ts) return `${ts[2]!.toUpperCase()}${ts[1]}`;
  const qlib = QLIB_CODE.exec(code);
  return qlib ? `${qlib[2]}.${qlib[1]!.toUpperCase()}` : undefined;
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

/** One spelling for all: `SZ000001` for `000001.SZ` and `sz000001`; other codes as they are. */
export function canonicalCode(code: string): string {
  if (TS_CODE.test(code)) return otherSpelling(code)!;
  return QLIB_CODE.test(code) ? code.toUpperCase() : code;
}
