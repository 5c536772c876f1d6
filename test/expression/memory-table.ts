import { type EvaluateOptions, type Evaluation, evaluatePlan } from "#src/expression/evaluate.js";
import type { ExpressionPlan } from "#src/expression/expression-plan.js";
import type { PanelKeys } from "#src/expression/layout.js";
import type { CellType } from "#src/expression/plan.js";
import type { ExpressionTable, NumericColumn } from "#src/expression/table.js";
import { planTexts } from "./plan-texts.js";

/** A table over arrays in memory, with the types of its fields. */
export interface MemoryTable extends ExpressionTable {
  readonly fields: ReadonlyMap<string, CellType>;
}

export function tableOf(
  keys: PanelKeys,
  columns: Readonly<Record<string, NumericColumn>>,
  instruments?: readonly string[],
): MemoryTable {
  const type = (column: NumericColumn): CellType => (column instanceof Float32Array ? "single" : "double");
  return {
    ...keys,
    fields: new Map(Object.entries(columns).map(([name, column]) => [name, type(column)])),
    column: (field, first, last) => columns[field]!.subarray(first, last),
    ...(instruments && { instruments }),
  };
}

/** The plan of some texts on a table. */
export function planOn(
  { fields, instruments }: MemoryTable,
  texts: Readonly<Record<string, string>>,
): ExpressionPlan {
  const names = { fields, instruments: instruments && new Set(instruments) };
  return planTexts(texts, names);
}

/** Some texts computed on a table. */
export function evaluateTexts(
  table: MemoryTable,
  texts: Readonly<Record<string, string>>,
  options: EvaluateOptions = {},
): Evaluation {
  return evaluatePlan(table, planOn(table, texts), options);
}
