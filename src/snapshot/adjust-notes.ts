import { listNames } from "../names/field.js";
import type { PanelNote } from "../panel/notes.js";
import { restatementOf } from "./adjust.js";
import { fieldsIn } from "./field-expressions.js";
import { type HistoryPlan, isOfBase, type PlannedField } from "./history-plan.js";

/** What a window that is not forward-adjusted says of prices and volume that `adjust` leaves as stored. */
export function adjustNotes(plan: HistoryPlan): PanelNote[] {
  if (plan.adjust === "forward") return [];
  const notes: PanelNote[] = [];
  const computed = plan.fields.filter((field) => field.kind === "expression" && usesPrices(field, plan));
  const stored = plan.fields.filter(
    (field) =>
      field.kind === "field" && !isOfBase(field.ref, plan) && restatementOf(field.ref.name) !== undefined,
  );
  const tell = (fields: readonly PlannedField[], why: string): void => {
    if (fields.length === 0) return;
    notes.push({
      fields: fields.map(({ name }) => name),
      tell: (names) => `adjust: "${plan.adjust}" does not restate ${listNames(names)}: ${why}`,
    });
  };
  tell(computed, "expressions are computed from prices and volume as stored, forward-adjusted");
  tell(
    stored,
    `only prices and volume of ${plan.panels.baseName} are restated, those of other panels stay as stored`,
  );
  return notes;
}

/** Whether an expression names a price or a volume, of any panel. */
function usesPrices({ name }: PlannedField, { expressions }: HistoryPlan): boolean {
  return fieldsIn(expressions!, name).some((ref) => restatementOf(ref.name) !== undefined);
}
