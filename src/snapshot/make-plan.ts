import { DataServiceError } from "../errors.js";
import { labelsAmong } from "../expression/labels.js";
import { checkChoice } from "../names/choice.js";
import { checkList } from "../names/field.js";
import type { Panel } from "../panel/panel.js";
import { checkAdjust } from "./adjust.js";
import { type FieldExpressions, looksLikeExpression, planFieldExpressions } from "./evaluate-fields.js";
import { rowsForWindow } from "./expression-rows.js";
import type { HistoryPlan, HistoryRequest, PlannedField } from "./history-plan.js";
import { type AlignedPart, Market } from "./market.js";
import { planBaseRows, type Universe } from "./plan-rows.js";
import { type FieldRef, type FieldScope, findFieldRef, unknownField } from "./resolve-field.js";

const NAN_POLICIES = ["keep", "ffill"] as const;

/** A request with its names resolved: what has to be opened before its rows can be found. */
export interface ResolvedFields {
  readonly fields: readonly (FieldRef | string)[];
  readonly expressions: FieldExpressions | undefined;
  /** Every panel that takes part, the base included. */
  readonly from: ReadonlySet<FieldRef["from"]>;
}

/**
 * What each asked-for name means: a field, or an expression's text.
 * @throws DataServiceError unknown-field, ambiguous-field, bad-expression, bad-request
 */
export function resolveFields(asked: readonly string[] | undefined, scope: FieldScope): ResolvedFields {
  const names = asked ?? [...scope.base.schema.types.keys()];
  checkList(names);
  const from = new Set([scope.base]);
  const resolve = (name: string): FieldRef => {
    const ref = findFieldRef(name, scope);
    if (!ref) throw unknownField(name, scope);
    from.add(ref.from);
    return ref;
  };
  const fields: (FieldRef | string)[] = [];
  for (const name of new Set(names)) {
    if (typeof name !== "string") {
      throw new DataServiceError("bad-request", `fields: ${String(name)} is not a name; give names as text`);
    }
    const ref = findFieldRef(name, scope);
    if (!ref && !looksLikeExpression(name)) throw unknownField(name, scope);
    if (ref) from.add(ref.from);
    fields.push(ref ?? name);
  }
  const texts = fields.filter((field) => typeof field === "string");
  const expressions = texts.length === 0 ? undefined : planFieldExpressions(texts, resolve);
  return { fields, expressions, from };
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
  const asked = fields.map((field) => (typeof field === "string" ? field : field.asked));
  const named = labelsAmong(request.labels ?? [], asked); // a field of a file may be a label too
  const labels = [...named].filter((name) => expressions?.namesIn.has(name));
  const { freq, baseName, panels } = opened;
  const base = panels.get(baseName)!;
  const market = new Market(base, new Map([...panels, ["", base]]));
  const { start, end, bars, barsPer, onUnknown } = request;
  const rows = planBaseRows(base.index, universe, { start, end, bars, barsPer, onUnknown }, base.label);
  const parts = new Map<string, AlignedPart>();
  const planned = fields.map((field): PlannedField => {
    if (typeof field === "string") return { kind: "expression", asked: field, type: "float32" };
    const name = field.from.entry.name;
    if (name !== baseName && !parts.has(name)) parts.set(name, market.align(name, rows.index));
    const type = panels.get(name)!.column(field.name).type;
    return { kind: "field", asked: field.asked, ref: field, type };
  });
  const entries = new Map([...from].map(({ entry }) => [entry.name, entry]));
  const expressionRows = expressions && rowsForWindow(base.index, expressions, rows);
  const found = { freq, baseName, market, rows, fields: planned, parts, entries };
  return { ...found, expressions, expressionRows, labels, adjust, nanPolicy };
}
