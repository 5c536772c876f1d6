import type { Names } from "#src/expression/bind.js";
import { type ExpressionPlan, parseExpressions, planExpressions } from "#src/expression/expression-plan.js";

/** Some texts, parsed and planned. */
export function planTexts(texts: Readonly<Record<string, string>>, names: Names = {}): ExpressionPlan {
  return planExpressions(parseExpressions(texts), names);
}
