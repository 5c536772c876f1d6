import { noMatchNote, whyNoMatch } from "../join/no-match.js";
import type { PanelNote } from "../panel/notes.js";
import { fieldsIn } from "./field-expressions.js";
import { type HistoryPlan, type PlannedField, panelNameOf } from "./history-plan.js";

/** Of which panels no row stands beside those of a window, or for expressions beside those that are read. */
export function noMatchNotes(plan: HistoryPlan): PanelNote[] {
  const { expressionRows, rows, panels } = plan;
  const columns = new Map<string, string[]>();
  for (const field of plan.fields) {
    const index = field.kind === "field" ? rows.index : expressionRows!.readIndex;
    for (const name of otherPanelsOf(field, plan)) {
      if (index.rowCount === 0 || panels.align(name, index).alignment.matched > 0) continue;
      columns.set(name, [...(columns.get(name) ?? []), field.name]);
    }
  }
  return [...columns].map(([name, fields]) => {
    const { index } = panels.panel(name);
    const why =
      index.rowCount === 0
        ? "it is empty"
        : (whyNoMatch(index, panels.base.index, panels.baseName) ??
          `it has none of the rows asked for; it spans ${index.spanText()}`);
    return noMatchNote(name, why, fields);
  });
}

/** The panels, other than the base, that a column's cells come from. */
function otherPanelsOf(field: PlannedField, plan: HistoryPlan): ReadonlySet<string> {
  const refs = field.kind === "field" ? [field.ref] : fieldsIn(plan.expressions!, field.name);
  const names = new Set(refs.map(panelNameOf));
  names.delete(plan.panels.baseName);
  return names;
}
