import { DataServiceError } from "../errors.js";
import {
  CONVENTION_NAMES,
  type CodeConvention,
  codeAs,
  digitsOf,
  exchangeOfStock,
  parseCode,
} from "../names/code-conventions.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { withNotes } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";

/** A rule that gives a bare code its exchange: `"stocks"` (`exchangeOfStock`), or a function of the six digits. */
export type BareCodes = "stocks" | ((digits: string) => string);

/**
 * How instruments are to be spelled: a convention (`ts`, `qlib`, …), the same with a rule for codes without an exchange,
 * or a function of the code in the file.
 */
export type CodesOption =
  | CodeConvention
  | { readonly as: CodeConvention; readonly bare: BareCodes }
  | ((code: string) => string);

/**
 * A panel with its instruments spelled as asked. Names that are no stock codes stay as they are; so do bare digits, unless
 * a rule gives them their exchange, which a note says.
 * @throws DataServiceError bad-request (no such convention), duplicate-keys
 */
export function spellCodes(panel: Panel, codes: CodesOption): Panel {
  if (typeof codes === "function") return panel.renameInstruments(codes);
  const { as, bare } = typeof codes === "string" ? { as: codes, bare: undefined } : codes;
  checkConvention(as);
  const rule = bare === "stocks" ? exchangeOfStock : bare;
  const left: string[] = [];
  const renamed = panel.renameInstruments((code) => {
    const parsed = parseCode(code);
    if (parsed) return codeAs(parsed, as);
    const digits = /^\d{1,6}$/.test(code) ? digitsOf(code)! : undefined;
    if (digits !== undefined && rule) return codeAs({ digits, exchange: rule(digits) }, as);
    if (digits !== undefined) left.push(code);
    return code;
  });
  if (left.length === 0) return renamed;
  const told = `${panel.label}: ${left.length} codes such as "${left[0]}" name no exchange and stay as they are; give a rule, codes: { as: "${as}", bare: "stocks" } or bare: (digits) => "SH"`;
  return withNotes(renamed, [told]);
}

function checkConvention(as: unknown): void {
  if (CONVENTION_NAMES.includes(as as CodeConvention)) return;
  const near = nearestName(String(as), CONVENTION_NAMES);
  throw new DataServiceError(
    "bad-request",
    `codes: ${JSON.stringify(as)} is no convention of codes; it is ${CONVENTION_NAMES.join(", ")}, or a function of the code${suggestion(near)}`,
    { field: "codes", found: CONVENTION_NAMES },
  );
}
