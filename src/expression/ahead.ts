import { DataServiceError } from "../errors.js";
import { listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { aheadNote, type PanelNote } from "../panel/notes.js";
import type { ExpressionPlan } from "./expression-plan.js";

/**
 * What to tell of expressions that are not labels: which look ahead, by themselves or through a column that does.
 * @param columnAhead the column that a field, as written, means, if that column looks ahead
 * @throws DataServiceError bad-request where `labels` names none of the expressions
 */
export function aheadNotes(
  { expressions, aheadOf }: Pick<ExpressionPlan, "expressions" | "aheadOf">,
  columnAhead: (field: string) => string | undefined,
  labels: readonly string[] = [],
): PanelNote[] {
  const declared = labelsAmong(labels, [...expressions.keys()]);
  const notes: PanelNote[] = [];
  for (const [name, { fields }] of expressions) {
    if (declared.has(name)) continue;
    if (aheadOf.includes(name)) notes.push(aheadNote(name));
    else {
      const from = [...fields.keys()].map(columnAhead).find((column) => column !== undefined);
      if (from !== undefined) notes.push(aheadNote(name, from));
    }
  }
  return notes;
}

/**
 * Those of `names` that labels name; of an expression under its own text, blanks do not count.
 * @throws DataServiceError bad-request where `labels` is not a list, which would be looked through letter by letter, or one
 *   of them names nothing
 */
export function labelsAmong(labels: readonly string[], names: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(labels)) {
    const problem = `labels: ${JSON.stringify(labels)} is not a list; give the names of expressions, such as ["label"]`;
    throw new DataServiceError("bad-request", problem);
  }
  const known = new Map(names.map((name) => [withoutBlanks(name), name]));
  return new Set(
    (labels as readonly string[]).map((label) => {
      const found = names.includes(label) ? label : known.get(withoutBlanks(String(label)));
      if (found !== undefined) return found;
      const near = nearestName(String(label), names);
      const hint = suggestion(near) || `; there are ${listNames(names)}`;
      throw new DataServiceError("bad-request", `labels: "${label}" names none of the expressions${hint}`, {
        field: String(label),
        found: names,
        ...(near !== undefined && { suggestion: near }),
      });
    }),
  );
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, "");
}
