import type { Column } from "../columns/column.js";
import { type ColumnInput, columnOfValues } from "../columns/infer-column.js";
import { findField, refuseTwins, selectFields } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import { renamedFields } from "../names/renamed-fields.js";
import { notesUnder } from "./notes.js";
import type { Panel } from "./panel.js";
import type { PanelInfo } from "./panel-info.js";

/** @see Panel.select @throws DataServiceError unknown-field */
export function selectColumns(panel: Panel, names: readonly string[]): Panel {
  return under(panel, selectFields(names, panel.columns, panel.info.groups, panel.label));
}

/** @see Panel.rename @throws DataServiceError unknown-field, column-conflict */
export function renameColumns(panel: Panel, names: Readonly<Record<string, string>>): Panel {
  const { columns, info, label } = panel;
  return under(panel, renamedFields(namedEntries(names, "rename"), columns, info.groups, label));
}

/** @see Panel.withColumns @throws DataServiceError bad-request, column-conflict */
export function withColumns(panel: Panel, more: Readonly<Record<string, ColumnInput>>): Panel {
  const given = new Map(namedEntries(more, "withColumns"));
  refuseTwins(given.keys(), "withColumns");
  const inPlaceOf = new Map<string, string>();
  for (const name of given.keys()) {
    const own = findField(name, panel.columns);
    if (own !== undefined) inPlaceOf.set(own, name);
  }
  const own = new Map(panel.columnNames.map((name) => [inPlaceOf.get(name) ?? name, name]));
  const columns = new Map<string, Column>();
  for (const name of new Set([...own.keys(), ...given.keys()])) {
    columns.set(name, given.has(name) ? columnOfValues(name, given.get(name)!) : panel.columns.get(name)!);
  }
  const { notes } = panel.info;
  const kept = new Map([...own].filter(([name]) => !given.has(name)));
  return panel.with({ columns, info: { ...infoOf(panel, own), notes: notes && notesUnder(notes, kept) } });
}

/** The columns `own` of a panel: their names there by their names in the result. */
function under(panel: Panel, own: ReadonlyMap<string, string>): Panel {
  const columns = new Map(Array.from(own, ([name, from]) => [name, panel.columns.get(from)!]));
  return panel.with({ columns, info: infoOf(panel, own) });
}

/** What is known of a panel, as it holds for one of its columns `own`. */
function infoOf({ info }: Panel, own: ReadonlyMap<string, string>): PanelInfo {
  const { groups, notes } = info;
  if (!groups && !notes) return info;
  const kept = new Map<string, string>();
  for (const [name, from] of own) {
    const group = groups?.get(from);
    if (group !== undefined) kept.set(name, group);
  }
  return { ...info, groups: groups && kept, notes: notes && notesUnder(notes, own) };
}
