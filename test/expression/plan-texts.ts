import type { Names } from "#src/expression/bind.js";
import { type ExpressionPlan, planExpressions } from "#src/expression/expression-plan.js";
import { parseExpressions } from "#src/expression/named-expressions.js";

/** Some texts, parsed and planned. */
export function planTexts(texts: Readonly<Record<string, string>>, names: Names = {}): ExpressionPlan {
  return planExpressions(parseExpressions(texts), names);
}
