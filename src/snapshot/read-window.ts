import { alignColumn } from "../align/aligned-column.js";
import { Column } from "../columns/column.js";
import type { Evaluation } from "../expression/evaluate.js";
import { JoinLedger, keepLedger, type PanelAccount } from "../join/ledger.js";
import { MatchAudit } from "../join/match-audit.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { Panel } from "../panel/panel.js";
import { factorField, firstFactorColumn, firstFactors, restate, restatementOf } from "./adjust.js";
import { type ExpressionRows, rowsOfSessions } from "./expression-rows.js";
import { evaluateFields } from "./field-expressions.js";
import { fillFromPast } from "./fill-from-past.js";
import type { FieldRef } from "./find-field.js";
import { type HistoryPlan, isOfBase, type PlannedField, panelNameOf } from "./history-plan.js";
import { windowNotes } from "./window-notes.js";

/**
 * Carries out a plan. Plain fields stay lazy: their cells are read when first used. Expressions are computed
 * now. The result keeps the ledger of what matched (`ledgerOf`).
 */
export function readWindow(plan: HistoryPlan): Panel {
  const { index, unknownInstruments } = plan.rows;
  const columns = new Map<string, Column>();
  const groups = new Map<string, string>();
  const computed = plan.expressionRows ? compute(plan, plan.expressionRows) : undefined;
  const divisor = divisorOf(plan, index, (name) => plan.panels.ofBase(name, plan.rows.rows));
  for (const field of plan.fields) {
    columns.set(field.name, columnOf(plan, field, computed, divisor));
    const group = field.kind === "field" ? field.ref.from.schema.groups?.get(field.ref.name) : undefined;
    if (group !== undefined) groups.set(field.name, group);
  }
  const { notes, unfilled } = windowNotes(plan);
  if (plan.nanPolicy === "ffill") {
    const gappy = new Map([...columns].filter(([name]) => !unfilled.has(name)));
    for (const [name, column] of fillFromPast(plan, gappy, (from, to) => columnsOver(plan, from, to))) {
      columns.set(name, column);
    }
  }
  const window = new Panel(index, columns, {
    source: plan.panels.base.info.source,
    ...(groups.size > 0 && { groups }),
    ...(unknownInstruments.length > 0 && { unknownInstruments }),
    ...(notes.length > 0 && { notes }),
  });
  keepLedger(window, ledgerOfPlan(plan));
  return window;
}

function columnOf(
  plan: HistoryPlan,
  field: PlannedField,
  computed: Evaluation | undefined,
  divisor: () => Column,
): Column {
  const { rows, panels } = plan;
  if (field.kind === "expression") {
    const column = Column.of("float32", computed!.columns[field.name]!);
    return rows.rows.kind === "contiguous" ? column : column.take(placesOf(plan, rows.rows.rows, computed!));
  }
  const aligned = plan.parts.get(panelNameOf(field.ref));
  const column = aligned
    ? alignColumn(aligned.part.column(field.ref.name), aligned.alignment)
    : panels.ofBase(field.ref.name, rows.rows);
  return adjusted(plan, field.ref, column, divisor);
}

/** What prices of some rows are divided by and their volume times; made once, when the first of them needs it. */
function divisorOf(plan: HistoryPlan, index: PanelIndex, ofBase: (name: string) => Column): () => Column {
  let divisor: Column | undefined;
  return () => {
    if (divisor) return divisor;
    const { base } = plan.panels;
    const name = factorField(base, plan.adjust);
    divisor =
      plan.adjust === "none"
        ? ofBase(name)
        : firstFactorColumn(index, base.index, firstFactors(base.index, base.column(name)));
    return divisor;
  };
}

/** Prices and volume of the base restated as asked; other columns as they are. */
function adjusted(plan: HistoryPlan, ref: FieldRef, column: Column, divisor: () => Column): Column {
  const as = isOfBase(ref, plan) ? restatementOf(ref.name) : undefined;
  return plan.adjust === "forward" || as === undefined ? column : restate(column, divisor(), as);
}

function compute(plan: HistoryPlan, rows: ExpressionRows): Evaluation {
  const { panels } = plan;
  return evaluateFields(plan.expressions!, rows, (ref) =>
    panels.cells(panelNameOf(ref), ref.name, rows.read, rows.readIndex),
  );
}

/** Where base rows stand in computed columns, which hold every row of the instruments they were computed of. */
function placesOf({ expressionRows }: HistoryPlan, rows: Uint32Array, { firstRow }: Evaluation): Uint32Array {
  const { baseRows } = expressionRows!;
  if (!baseRows) return rows.map((row) => row - firstRow);
  const places = new Uint32Array(rows.length);
  for (let i = 0, at = firstRow; i < rows.length; i++) {
    while (baseRows[at]! < rows[i]!) at++;
    places[i] = at - firstRow;
  }
  return places;
}

/** Every column of the result over all base rows of the sessions [first, last): for what lies before a window. */
function columnsOver(plan: HistoryPlan, first: number, last: number): ReadonlyMap<string, Column> {
  const { panels } = plan;
  const { expressions } = plan;
  const computed =
    expressions && compute(plan, rowsOfSessions(panels.base.index, expressions.plan, first, last));
  const index = panels.base.index.slice(first, last);
  const divisor = divisorOf(plan, index, (name) => panels.over(panels.baseName, name, first, last));
  const columns = new Map<string, Column>();
  for (const field of plan.fields) {
    if (field.kind === "expression") {
      columns.set(field.name, Column.of("float32", computed!.columns[field.name]!));
      continue;
    }
    const column = panels.over(panelNameOf(field.ref), field.ref.name, first, last);
    columns.set(field.name, adjusted(plan, field.ref, column, divisor));
  }
  return columns;
}

function ledgerOfPlan(plan: HistoryPlan): JoinLedger {
  const { panels, rows, fields } = plan;
  const { base } = panels;
  const left = { label: base.label, index: rows.index };
  const accounts: PanelAccount[] = [accountOf(base, rows.index.rowCount, plan, panels.baseName)];
  const matches: MatchAudit[] = [];
  for (const [name, { alignment }] of plan.parts) {
    const panel = panels.panel(name);
    accounts.push(accountOf(panel, alignment.matched, plan, name));
    matches.push(new MatchAudit(left, { label: panel.label, index: panel.index }));
  }
  const columns = fields.map(({ name }) => name);
  return new JoinLedger({ how: "left", rows: rows.index.rowCount, columns, panels: accounts, matches });
}

function accountOf(panel: Panel, used: number, plan: HistoryPlan, name: string): PanelAccount {
  const own = plan.fields.filter((field) =>
    field.kind === "field" ? panelNameOf(field.ref) === name : name === plan.panels.baseName,
  );
  return {
    panel: panel.label,
    rows: panel.rowCount,
    used,
    dropped: panel.rowCount - used,
    missing: plan.rows.index.rowCount - used,
    columns: own.map(({ name }) => name),
    columnsDropped: [],
  };
}
