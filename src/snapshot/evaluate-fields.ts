import type { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import { fieldsOf } from "../expression/ahead.js";
import { type Evaluation, evaluateExpressions } from "../expression/evaluate.js";
import { type ExpressionPlan, planExpressions } from "../expression/expression-plan.js";
import { parseExpression } from "../expression/parse.js";
import type { CellType } from "../expression/plan.js";
import { shownAt } from "../expression/syntax.js";
import type { ExpressionTable, NumericColumn } from "../expression/table.js";
import type { ExpressionRows } from "./expression-rows.js";
import type { FieldRef } from "./resolve-field.js";

/** Expressions asked for as fields, with the fields they name. */
export interface FieldExpressions {
  /** The text of each, by the name of its column. */
  readonly texts: Readonly<Record<string, string>>;
  /** What each `$name` in them means. */
  readonly fields: ReadonlyMap<string, FieldRef>;
  /** The `$name`s in each, by the name of its column. */
  readonly namesIn: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is computed, were every field float32. */
  readonly plan: ExpressionPlan;
  /** Sessions before and after a row that its value or a value on the way to it depends on; may be infinite. */
  readonly marginBack: number;
  readonly marginAhead: number;
  /** Whether one instrument's values depend on others'. */
  readonly wholeMarket: boolean;
}

/** Whether a text that is no field's name can be meant as an expression. */
export function looksLikeExpression(text: string): boolean {
  return /[()+\-*/<>=&|]/.test(text);
}

/**
 * Parses expressions and finds what they name. Nothing is read.
 * @throws DataServiceError bad-expression, and what `resolve` throws
 */
export function planFieldExpressions(
  texts: Readonly<Record<string, string>>,
  resolve: (name: string) => FieldRef,
): FieldExpressions {
  const fields = new Map<string, FieldRef>();
  const namesIn = new Map<string, ReadonlySet<string>>();
  for (const [name, text] of Object.entries(texts)) {
    const named = fieldsOf(parseExpression(text));
    namesIn.set(name, new Set(named.keys()));
    for (const [field, at] of named) {
      if (!fields.has(field)) fields.set(field, resolveIn(text, field, at, resolve));
    }
  }
  const plan = planExpressions(texts, {
    fields: new Map([...fields.keys()].map((name) => [name, "single" as CellType])),
  });
  const { marginBack, marginAhead, stages } = plan;
  const wholeMarket = stages.length > 0;
  return { texts, fields, namesIn, plan, marginBack, marginAhead, wholeMarket };
}

/** What a field of an expression means, or the error with a caret under it. */
function resolveIn(text: string, name: string, at: number, resolve: (name: string) => FieldRef): FieldRef {
  try {
    return resolve(name);
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    const message = `${error.message}\n${shownAt(text, at)}`;
    throw new DataServiceError(error.code, message, { ...error.details, position: at }, error);
  }
}

/**
 * The expressions over some base rows, equal to computing them on the whole base panel and slicing; no cell
 * before their look-back is read.
 * @param cells a field over the rows that are read
 * @returns columns over the rows [firstRow, lastRow) of `rows.keys`
 */
export function evaluateFields(
  expressions: FieldExpressions,
  rows: ExpressionRows,
  cells: (ref: FieldRef) => Column,
): Evaluation {
  const columns = new Map<string, NumericColumn>();
  for (const [name, ref] of expressions.fields) columns.set(name, numbersOf(cells(ref), name));
  const table: ExpressionTable = {
    ...rows.keys,
    instruments: rows.instruments,
    fields: new Map([...columns].map(([name, column]) => [name, cellType(column)])),
    column: (name, firstRow, lastRow) =>
      columns.get(name)!.subarray(firstRow - rows.firstRead, lastRow - rows.firstRead),
  };
  const sessions = { from: rows.first, to: rows.last };
  return evaluateExpressions(table, expressions.texts, { sessions });
}

function cellType(cells: NumericColumn): CellType {
  return cells instanceof Float32Array ? "single" : "double";
}

/** Cells as numbers, NaN where missing. @throws DataServiceError bad-request for strings and datetimes */
function numbersOf(column: Column, name: string): NumericColumn {
  const { type, values, mask } = column;
  if (type === "string" || type === "datetime") {
    throw new DataServiceError("bad-request", `"${name}" is ${type}; an expression computes with numbers`, {
      field: name,
    });
  }
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  const out = new Float64Array(column.length);
  for (let row = 0; row < out.length; row++) {
    out[row] = mask && mask[row] === 0 ? Number.NaN : Number(values[row]!);
  }
  return out;
}
