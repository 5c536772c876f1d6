import { noMatchNote, whyNoMatch } from "../join/no-match.js";
import type { PanelNote } from "../panel/notes.js";
import { fieldsIn } from "./field-expressions.js";
import { type HistoryPlan, type PlannedField, placeOf } from "./history-plan.js";

/** Of which panels no row stands beside those of a window, or for expressions beside those that are read. */
export function noMatchNotes(plan: HistoryPlan): PanelNote[] {
  const { expressionRows, rows, market, baseName } = plan;
  const columns = new Map<string, string[]>();
  for (const field of plan.fields) {
    const index = field.kind === "field" ? rows.index : expressionRows!.readIndex;
    for (const place of placesOf(field, plan)) {
      if (index.rowCount === 0 || market.align(place, index).alignment.matched > 0) continue;
      columns.set(place, [...(columns.get(place) ?? []), field.name]);
    }
  }
  return [...columns].map(([place, names]) => {
    const { index } = market.panel(place);
    const why =
      index.rowCount === 0
        ? "it is empty"
        : (whyNoMatch(index, market.base.index, baseName) ??
          `it has none of the rows asked for; it spans ${index.spanText()}`);
    return noMatchNote(place, why, names);
  });
}

/** The places of the panels, other than the base, that a column's cells come from. */
function placesOf(field: PlannedField, plan: HistoryPlan): ReadonlySet<string> {
  const refs = field.kind === "field" ? [field.ref] : fieldsIn(plan.expressions!, field.name);
  const places = new Set(refs.map((ref) => placeOf(ref, plan)));
  places.delete("");
  return places;
}
