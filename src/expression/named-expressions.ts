import { refuseTwins } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import { parseExpression } from "./parse.js";
import type { ParsedExpression } from "./syntax.js";

/** The expressions of one request by the names of their columns. */
export type NamedExpressions = ReadonlyMap<string, ParsedExpression>;

/**
 * Parses the expressions of a request. Nothing after this looks at their texts again, but to quote them in an error.
 * @throws DataServiceError bad-expression, bad-request (no object of expressions by name), column-conflict
 */
export function parseExpressions(texts: Readonly<Record<string, string>>): NamedExpressions {
  const entries = namedEntries(texts, "expressions");
  refuseTwins(Object.keys(texts), "expressions");
  return new Map(entries.map(([name, text]) => [name, parseExpression(text)]));
}
