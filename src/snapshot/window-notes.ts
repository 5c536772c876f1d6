import { aheadNotes } from "../expression/ahead.js";
import { noMatchNote, whyNoMatch } from "../join/no-match.js";
import { listNames } from "../names/field.js";
import { fieldsAhead, notesUnder, type PanelNote } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";
import { restatementOf } from "./adjust.js";
import { fieldsIn } from "./field-expressions.js";
import type { FieldRef } from "./find-field.js";
import { type HistoryPlan, isOfBase, type PlannedField, panelNameOf } from "./history-plan.js";

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

/** Of which panels no row stands beside those of a window, or for expressions beside those that are read. */
function noMatchNotes(plan: HistoryPlan): PanelNote[] {
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

/** What a window that is not forward-adjusted says of prices and volume that `adjust` leaves as stored. */
function adjustNotes(plan: HistoryPlan): PanelNote[] {
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
