import { labelsAmong } from "../expression/ahead.js";
import { checkChoice } from "../names/choice.js";
import { inOneZone } from "../panel/one-zone.js";
import type { Panel } from "../panel/panel.js";
import { type AskedUniverse, planBaseRows } from "../universe/plan-rows.js";
import { checkAdjust } from "./adjust.js";
import { AlignedPanels, type AlignedPart } from "./aligned-panels.js";
import { rowsForWindow } from "./expression-rows.js";
import type { HistoryPlan, HistoryRequest, PlannedField } from "./history-plan.js";
import type { AskedField, ResolvedFields } from "./resolve-fields.js";

const NAN_POLICIES = ["keep", "ffill"] as const;

/** The names of the columns that `labels` name, by name or by what was asked for. */
function labelled(labels: readonly string[], fields: readonly AskedField[]): ReadonlySet<string> {
  const known = new Set(fields.flatMap(({ name, text }) => [name, text]));
  const found = labelsAmong(labels, [...known]);
  return new Set(
    fields.filter(({ name, text }) => found.has(name) || found.has(text)).map(({ name }) => name),
  );
}

/** Panels of another zone than the base's are taken to its clocks. @throws DataServiceError zone-conflict */
function onBaseClocks(base: Panel, baseName: string, panels: ReadonlyMap<string, Panel>) {
  const names = [...panels.keys()].filter((name) => name !== baseName);
  const given = [base, ...names.map((name) => panels.get(name)!)];
  const { panels: own, notes: zoneNotes } = inOneZone(given, [baseName, ...names], "window");
  return { inZone: new Map(names.map((name, i) => [name, own[i + 1]!])).set(baseName, base), zoneNotes };
}

/** The plan of a request whose panels are open. Keys are read; no cell of a column is. */
export function makePlan(
  { fields, expressions, from }: ResolvedFields,
  opened: { readonly freq: string; readonly baseName: string; readonly panels: ReadonlyMap<string, Panel> },
  universe: AskedUniverse,
  request: HistoryRequest,
): HistoryPlan {
  const { adjust = "forward", nanPolicy = "keep" } = request;
  checkAdjust(adjust);
  checkChoice(nanPolicy, NAN_POLICIES, "nanPolicy:");
  const labels = labelled(request.labels ?? [], fields);
  const { freq, baseName, panels } = opened;
  const base = panels.get(baseName)!;
  const { inZone, zoneNotes } = onBaseClocks(base, baseName, panels);
  const aligned = new AlignedPanels(baseName, inZone);
  const { start, end, bars, barsPer, onUnknown } = request;
  const rows = planBaseRows(base.index, universe, { start, end, bars, barsPer, onUnknown }, base.label);
  const parts = new Map<string, AlignedPart>();
  const planned = fields.map(({ name, ref }): PlannedField => {
    if (!ref) return { kind: "expression", name, type: "float32" };
    const panel = ref.from.entry.name;
    if (panel !== baseName && !parts.has(panel)) parts.set(panel, aligned.align(panel, rows.index));
    const type = panels.get(panel)!.column(ref.name).type;
    return { kind: "field", name, ref, type };
  });
  const entries = new Map([...from].map(({ entry }) => [entry.name, entry]));
  const expressionRows = expressions && rowsForWindow(base.index, expressions.plan, rows);
  const found = { freq, panels: aligned, rows, fields: planned, parts, entries };
  return { ...found, expressions, expressionRows, labels, adjust, nanPolicy, zoneNotes };
}
