import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Names } from "./bind.js";
import { parseExpressions, planExpressions } from "./expression-plan.js";
import { OPERATORS } from "./operators.js";
import type { Expression } from "./syntax.js";

/** An expression as a tree. */
export interface ExpressionTree {
  /** The operator's name, a field, or a number. */
  readonly node: string;
  readonly inputs: readonly ExpressionTree[];
}

/** What an expression is and needs. */
export interface Explanation {
  readonly tree: ExpressionTree;
  /** Fields as the panel spells them, or as written if no panel is given. */
  readonly fields: readonly string[];
  /** Positions before a row that its value depends on; Infinity for EMA, expanding windows and Ref(x, 0). */
  readonly lookBack: number;
  /** Positions after a row that its value depends on: above 0 it is a label, or a mistake. */
  readonly lookAhead: number;
  readonly looksAhead: boolean;
  /** Whether it compares the instruments of a session. */
  readonly crossSectional: boolean;
  /** Each operator used, with what it does. */
  readonly operators: readonly { readonly name: string; readonly doc: string; readonly fault?: string }[];
}

const NAMES_KEYS: RequestKeys<Names> = { fields: true, notNumbers: true, instruments: true };

/**
 * Explains an expression without computing it.
 * @throws DataServiceError bad-expression, also for fields that `names` does not have
 */
export function explainExpression(text: string, names: Names = {}): Explanation {
  checkKeys(names, NAMES_KEYS, "explainExpression");
  const expressions = parseExpressions({ value: text });
  const plan = planExpressions(expressions, names);
  const { tree } = expressions.get("value")!;
  const used = operatorsOf(tree);
  return {
    tree: treeOf(tree),
    fields: plan.fields,
    lookBack: plan.lookBack,
    lookAhead: plan.lookAhead,
    looksAhead: plan.lookAhead > 0,
    crossSectional: [...used].some((name) => OPERATORS.get(name)!.kernel.family === "cross"),
    operators: [...used].map((name) => {
      const { doc, fault } = OPERATORS.get(name)!;
      return { name, doc, ...(fault && { fault: `qlib: ${fault.qlib}; strict: ${fault.strict}` }) };
    }),
  };
}

/** The tree as text, one node per line, inputs indented by two spaces. */
export function printTree({ node, inputs }: ExpressionTree, indent = ""): string {
  return [indent + node, ...inputs.map((input) => printTree(input, `${indent}  `))].join("\n");
}

function treeOf(expression: Expression): ExpressionTree {
  switch (expression.kind) {
    case "number":
      return { node: String(expression.value), inputs: [] };
    case "text":
      return { node: `"${expression.value}"`, inputs: [] };
    case "field":
      return { node: expression.name, inputs: [] };
    case "call":
      return { node: expression.operator, inputs: expression.args.map(treeOf) };
  }
}

function operatorsOf(expression: Expression, found = new Set<string>()): ReadonlySet<string> {
  if (expression.kind !== "call") return found;
  found.add(expression.operator);
  for (const arg of expression.args) operatorsOf(arg, found);
  return found;
}
