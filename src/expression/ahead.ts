import { aheadNote, type PanelNote } from "../panel/notes.js";
import type { ExpressionPlan } from "./expression-plan.js";
import { labelsAmong } from "./labels.js";

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
