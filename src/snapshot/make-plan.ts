import { DataServiceError } from "../errors.js";
import { labelsAmong } from "../expression/labels.js";
import { checkChoice } from "../names/choice.js";
import { checkList, refuseTwins } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import type { Panel } from "../panel/panel.js";
import { planBaseRows, type Universe } from "../universe/plan-rows.js";
import { checkAdjust } from "./adjust.js";
import { AlignedPanels, type AlignedPart } from "./aligned-panels.js";
import { type FieldExpressions, looksLikeExpression, planFieldExpressions } from "./evaluate-fields.js";
import { rowsForWindow } from "./expression-rows.js";
import type { HistoryFields, HistoryPlan, HistoryRequest, PlannedField } from "./history-plan.js";
import { type FieldRef, type FieldScope, findFieldRef, unknownField } from "./resolve-field.js";

const NAN_POLICIES = ["keep", "ffill"] as const;

/** A column of the result: its name, what was asked for under it, and the field that is; none for an expression. */
export interface AskedField {
  readonly name: string;
  readonly text: string;
  readonly ref: FieldRef | undefined;
}

/** A request with its names resolved: what has to be opened before its rows can be found. */
export interface ResolvedFields {
  readonly fields: readonly AskedField[];
  readonly expressions: FieldExpressions | undefined;
  /** Every panel that takes part, the base included. */
  readonly from: ReadonlySet<FieldRef["from"]>;
}

/**
 * What is asked for under each name: a field, or an expression.
 * @throws DataServiceError unknown-field, ambiguous-field, bad-expression, bad-request, column-conflict
 */
export function resolveFields(asked: HistoryFields | undefined, scope: FieldScope): ResolvedFields {
  const from = new Set([scope.base]);
  const resolve = (name: string): FieldRef => {
    const ref = findFieldRef(name, scope);
    if (!ref) throw unknownField(name, scope);
    from.add(ref.from);
    return ref;
  };
  const fields = namedFields(asked ?? [...scope.base.schema.types.keys()]).map(([name, text]): AskedField => {
    if (typeof text !== "string") {
      throw new DataServiceError("bad-request", `fields: ${String(text)} is not a name; give names as text`);
    }
    const ref = findFieldRef(text, scope);
    if (!ref && !looksLikeExpression(text)) throw unknownField(text, scope);
    if (ref) from.add(ref.from);
    return { name, text, ref };
  });
  const texts = fields.filter(({ ref }) => ref === undefined).map(({ name, text }) => [name, text]);
  const expressions =
    texts.length === 0 ? undefined : planFieldExpressions(Object.fromEntries(texts), resolve);
  return { fields, expressions, from };
}

/** Fields by the names of their columns; in a list each is its own. */
function namedFields(fields: HistoryFields): [name: string, text: string][] {
  if (typeof fields === "object" && fields !== null && !(Symbol.iterator in fields)) {
    const named = namedEntries(fields, "fields");
    refuseTwins(Object.keys(fields), "fields");
    return named;
  }
  checkList(fields);
  return Array.from(new Set(fields), (text) => [text, text]);
}

/** The names of the columns that `labels` name, by name or by what was asked for. */
function labelled(labels: readonly string[], fields: readonly AskedField[]): ReadonlySet<string> {
  const known = new Set(fields.flatMap(({ name, text }) => [name, text]));
  const found = labelsAmong(labels, [...known]);
  return new Set(
    fields.filter(({ name, text }) => found.has(name) || found.has(text)).map(({ name }) => name),
  );
}

/** The plan of a request whose panels are open. Keys are read; no cell of a column is. */
export function makePlan(
  { fields, expressions, from }: ResolvedFields,
  opened: { readonly freq: string; readonly baseName: string; readonly panels: ReadonlyMap<string, Panel> },
  universe: Universe,
  request: HistoryRequest,
): HistoryPlan {
  const { adjust = "forward", nanPolicy = "keep" } = request;
  checkAdjust(adjust);
  checkChoice(nanPolicy, NAN_POLICIES, "nanPolicy:");
  const labels = labelled(request.labels ?? [], fields);
  const { freq, baseName, panels } = opened;
  const base = panels.get(baseName)!;
  const market = new AlignedPanels(base, new Map([...panels, ["", base]]));
  const { start, end, bars, barsPer, onUnknown } = request;
  const rows = planBaseRows(base.index, universe, { start, end, bars, barsPer, onUnknown }, base.label);
  const parts = new Map<string, AlignedPart>();
  const planned = fields.map(({ name, ref }): PlannedField => {
    if (!ref) return { kind: "expression", name, type: "float32" };
    const panel = ref.from.entry.name;
    if (panel !== baseName && !parts.has(panel)) parts.set(panel, market.align(panel, rows.index));
    const type = panels.get(panel)!.column(ref.name).type;
    return { kind: "field", name, ref, type };
  });
  const entries = new Map([...from].map(({ entry }) => [entry.name, entry]));
  const expressionRows = expressions && rowsForWindow(base.index, expressions, rows);
  const found = { freq, baseName, market, rows, fields: planned, parts, entries };
  return { ...found, expressions, expressionRows, labels, adjust, nanPolicy };
}
