import { DataServiceError } from "../errors.js";
import { parseExpression } from "../expression/parse.js";
import { type ParsedExpression, shownAt } from "../expression/syntax.js";
import { checkList, refuseTwins } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import { type FieldExpressions, looksLikeExpression, planFieldExpressions } from "./field-expressions.js";
import type { FieldFinder, FieldRef } from "./find-field.js";
import type { HistoryFields } from "./history-plan.js";

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
 * What is asked for under each name: a field, or an expression. Each text is parsed once, here.
 * @param instruments those of the base
 * @throws DataServiceError unknown-field, ambiguous-field, bad-expression, bad-request, column-conflict
 */
export async function resolveFields(
  asked: HistoryFields | undefined,
  finder: FieldFinder,
  instruments: readonly string[],
): Promise<ResolvedFields> {
  const fields: AskedField[] = [];
  const expressions = new Map<string, ParsedExpression>();
  const named = new Map<string, FieldRef>();
  for (const [name, text] of namedFields(asked ?? [...finder.base.schema.types.keys()])) {
    const meant = await meaningOf(text, finder);
    const isExpression = "tree" in meant;
    fields.push({ name, text, ref: isExpression ? undefined : meant });
    if (!isExpression) continue;
    expressions.set(name, meant);
    for (const [field, at] of meant.fields) {
      if (!named.has(field)) named.set(field, await findIn(text, field, at, finder));
    }
  }
  const refs = [...fields.flatMap(({ ref }) => ref ?? []), ...named.values()];
  return {
    fields,
    expressions: expressions.size === 0 ? undefined : planFieldExpressions(expressions, named, instruments),
    from: new Set([finder.base, ...refs.map(({ from }) => from)]),
  };
}

/**
 * A field of the base or of the panel it is named with, else an expression, else the field of the one other panel that
 * has it: other panels are not asked for a column that is called like an expression.
 */
async function meaningOf(text: string, finder: FieldFinder): Promise<FieldRef | ParsedExpression> {
  if (typeof text !== "string") {
    throw new DataServiceError("bad-request", `fields: ${String(text)} is not a name; give names as text`);
  }
  const field = await finder.named(text);
  if (field) return field;
  if (!looksLikeExpression(text)) return finder.find(text);
  let wrong: DataServiceError;
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    wrong = error;
  }
  const elsewhere = await finder.anywhere(text); // such as feature/mom_10d
  if (elsewhere) return elsewhere;
  throw wrong;
}

/** What a field of an expression means, or the error with a caret under it. */
async function findIn(text: string, name: string, at: number, finder: FieldFinder): Promise<FieldRef> {
  try {
    return await finder.find(name);
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    const message = `${error.message}\n${shownAt(text, at)}`;
    throw new DataServiceError(error.code, message, { ...error.details, position: at }, error);
  }
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
