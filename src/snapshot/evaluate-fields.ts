import { DataServiceError } from "../errors.js";
import { type Evaluation, evaluateExpressions } from "../expression/evaluate.js";
import { planExpressions } from "../expression/expression-plan.js";
import { parseExpression } from "../expression/parse.js";
import type { CellType } from "../expression/plan.js";
import type { Expression } from "../expression/syntax.js";
import type { ExpressionTable, NumericColumn } from "../expression/table.js";
import type { Column } from "../panel/column.js";
import type { PanelIndex } from "../panel/panel-index.js";
import type { FieldRef } from "./resolve-field.js";

/** Expressions asked for as fields, with the fields they name. */
export interface FieldExpressions {
  /** The text of each, by the name it was asked by. */
  readonly texts: Readonly<Record<string, string>>;
  /** What each `$name` in them means. */
  readonly fields: ReadonlyMap<string, FieldRef>;
  /** Sessions before a row that its value may depend on; may be infinite. */
  readonly lookBack: number;
  readonly lookAhead: number;
  /** The same with room for intermediate values: what is read. */
  readonly marginBack: number;
  readonly marginAhead: number;
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
  texts: readonly string[],
  resolve: (name: string) => FieldRef,
): FieldExpressions {
  const named = Object.fromEntries(texts.map((text) => [text, text]));
  const fields = new Map<string, FieldRef>();
  const visit = (node: Expression): void => {
    if (node.kind === "field" && !fields.has(node.name)) fields.set(node.name, resolve(node.name));
    if (node.kind === "call") for (const arg of node.args) visit(arg);
  };
  for (const text of texts) visit(parseExpression(text));
  const { lookBack, lookAhead, marginBack, marginAhead } = planExpressions(named, {
    fields: new Map([...fields.keys()].map((name) => [name, "single" as CellType])),
  });
  return { texts: named, fields, lookBack, lookAhead, marginBack, marginAhead };
}

/** The sessions [from, to) that are read to compute the sessions [first, last). */
export function sessionsRead(
  { marginBack, marginAhead }: FieldExpressions,
  sessionCount: number,
  first: number,
  last: number,
): [number, number] {
  if (first >= last) return [first, first];
  return [Math.max(0, first - marginBack), Math.min(sessionCount, last + marginAhead)];
}

/**
 * The expressions over the base rows of the sessions [first, last), equal to computing them on the whole base
 * panel and slicing; no cell before their look-back is read.
 * @param over a field's cells over the base rows of some sessions
 */
export function evaluateFields(
  index: PanelIndex,
  expressions: FieldExpressions,
  over: (ref: FieldRef, first: number, last: number) => Column,
  first: number,
  last: number,
): Evaluation {
  const [from, to] = sessionsRead(expressions, index.sessionCount, first, last);
  const columns = new Map<string, NumericColumn>();
  const read = (name: string): NumericColumn => {
    const known = columns.get(name);
    if (known) return known;
    const cells = numbersOf(over(expressions.fields.get(name)!, from, to), name);
    columns.set(name, cells);
    return cells;
  };
  const startRow = index.startOf(from);
  const fields = new Map([...expressions.fields.keys()].map((name) => [name, cellType(read(name))]));
  const { offsets } = index;
  const table: ExpressionTable = {
    sessionCount: index.sessionCount,
    instrumentCount: index.instruments.length,
    offsets: offsets[0] === 0 ? offsets : offsets.map((row) => row - offsets[0]!),
    codes: index.codes,
    instruments: index.instruments,
    fields,
    column: (name) => spread(read(name), startRow, index.rowCount),
  };
  return evaluateExpressions(table, expressions.texts, { sessions: { from: first, to: last } });
}

/** Cells at their rows of the whole panel; the rows beside them are never read, so their pages are never touched. */
function spread(cells: NumericColumn, startRow: number, rowCount: number): NumericColumn {
  if (cells.length === rowCount) return cells;
  const out = cells instanceof Float32Array ? new Float32Array(rowCount) : new Float64Array(rowCount);
  out.set(cells, startRow);
  return out;
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
