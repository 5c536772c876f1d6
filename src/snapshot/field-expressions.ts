import type { Column } from "../columns/column.js";
import { type Evaluation, evaluatePlan } from "../expression/evaluate.js";
import type { NamedExpressions } from "../expression/expression-plan.js";
import { type ExpressionPlan, planExpressions } from "../expression/expression-plan.js";
import { namesOf, tableOfColumns } from "../expression/table.js";
import type { ExpressionRows } from "./expression-rows.js";
import type { FieldRef } from "./find-field.js";

/** Expressions asked for as fields, planned, and the fields they name. */
export interface FieldExpressions {
  readonly plan: ExpressionPlan;
  /** What each `$name` in them means, as written. */
  readonly fields: ReadonlyMap<string, FieldRef>;
}

/** Whether a text that is no field's name can be meant as an expression. */
export function looksLikeExpression(text: string): boolean {
  return /[()+\-*/<>=&|]/.test(text);
}

/**
 * The plan of expressions whose fields are found. Nothing is read.
 * @param instruments those of the base
 * @throws DataServiceError bad-expression
 */
export function planFieldExpressions(
  expressions: NamedExpressions,
  fields: ReadonlyMap<string, FieldRef>,
  instruments: readonly string[],
): FieldExpressions {
  const types = Array.from(
    fields,
    ([written, { from, name }]) => [written, from.schema.types.get(name)!] as const,
  );
  return { plan: planExpressions(expressions, namesOf(types, instruments)), fields };
}

/** The fields that the expression of a column names. */
export function fieldsIn({ plan, fields }: FieldExpressions, name: string): FieldRef[] {
  return Array.from(plan.expressions.get(name)!.fields.keys(), (written) => fields.get(written)!);
}

/**
 * The expressions over some base rows, equal to computing them on the whole base panel and slicing; no cell
 * before their look-back is read.
 * @param cells a field over the rows that are read
 * @returns columns over the rows [firstRow, lastRow) of `rows.keys`
 */
export function evaluateFields(
  { plan, fields }: FieldExpressions,
  { keys, instruments, firstRead, first, last }: ExpressionRows,
  cells: (ref: FieldRef) => Column,
): Evaluation {
  const columns = new Map(Array.from(fields, ([written, ref]) => [written, cells(ref)]));
  const table = tableOfColumns(keys, instruments, columns, { firstRow: firstRead });
  return evaluatePlan(table, plan, { sessions: { from: first, to: last } });
}
