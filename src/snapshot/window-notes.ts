import { aheadNotes } from "../expression/ahead.js";
import { listNames } from "../names/field.js";
import { fieldsAhead, notesUnder, type PanelNote } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";
import { adjustNotes } from "./adjust-notes.js";
import type { FieldRef } from "./find-field.js";
import { type HistoryPlan, panelNameOf } from "./history-plan.js";
import { noMatchNotes } from "./no-match-notes.js";

/** What a window tells of its columns. */
export interface WindowNotes {
  readonly notes: readonly PanelNote[];
  /** The columns that `ffill` leaves as they are: labels, and what looks ahead. */
  readonly unfilled: ReadonlySet<string>;
}

/**
 * What the panels note of the columns that come from them, which expressions look ahead, by themselves or through a
 * column that does or is a label, what `adjust` and `nanPolicy` leave as it is, which panels have none of the
 * rows, and whose times were taken to another zone. Of labels no look-ahead is told.
 */
export function windowNotes(plan: HistoryPlan): WindowNotes {
  const { fields, labels, nanPolicy } = plan;
  const noted = [...storedNotes(plan), ...expressionNotes(plan)];
  const unfilled = new Set([...fieldsAhead(noted), ...labels]);
  const others = fields.map(({ name }) => name).filter((name) => !labels.has(name));
  const own = new Map(others.map((name) => [name, name]));
  const told = noted.flatMap((note) => (note.ahead ? notesUnder([note], own) : [note]));
  const notes = [...plan.zoneNotes, ...noMatchNotes(plan), ...adjustNotes(plan), ...told];
  if (nanPolicy === "ffill" && unfilled.size > 0) {
    const why = "labels, and what looks ahead, are not carried forward";
    const words = 'nanPolicy: "ffill" leaves';
    const tell = (names: readonly string[]) => `${words} ${listNames(names)} as it is: ${why}`;
    notes.push({ fields: [...unfilled], tell, advice: { code: "fill-gaps", words } });
  }
  return { notes, unfilled };
}

/** The notes of the panels that plain fields come from. */
function storedNotes(plan: HistoryPlan): PanelNote[] {
  const own = new Map<Panel, Map<string, string>>();
  for (const field of plan.fields) {
    if (field.kind === "expression") continue;
    const panel = panelOf(field.ref, plan);
    own.set(panel, (own.get(panel) ?? new Map()).set(field.name, field.ref.name));
  }
  return [...own].flatMap(([{ info }, names]) => notesUnder(info.notes ?? [], names));
}

function expressionNotes(plan: HistoryPlan): PanelNote[] {
  const { expressions, fields, labels } = plan;
  if (!expressions) return [];
  const labelled = fields.flatMap((field) =>
    field.kind === "field" && labels.has(field.name) ? [field.ref] : [],
  );
  const isAhead = (ref: FieldRef): boolean =>
    labelled.some(({ from, name }) => from.entry === ref.from.entry && name === ref.name) ||
    fieldsAhead(panelOf(ref, plan).info.notes).has(ref.name);
  return aheadNotes(expressions.plan, (written) => {
    const ref = expressions.fields.get(written)!;
    return isAhead(ref) ? ref.name : undefined;
  });
}

function panelOf(ref: FieldRef, plan: HistoryPlan): Panel {
  return plan.panels.panel(panelNameOf(ref));
}
