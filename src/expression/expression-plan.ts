import { refuseTwins } from "../names/field.js";
import { namedEntries } from "../names/named-entries.js";
import { bindExpression, type Names } from "./bind.js";
import { parseExpression } from "./parse.js";
import { isBarrier, isElsewhere, type PlanNode, PlanNodes, reachOfRoots } from "./plan.js";
import { compile, type Program } from "./program.js";
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

/** A pass over the market whose results later passes read. */
export interface BarrierStage {
  /** Inputs of this stage's cross-sections, and the programs that compute them for every instrument. */
  readonly inputs: readonly PlanNode[];
  readonly programs: readonly Program[];
  readonly crossSections: readonly PlanNode[];
  /** Series of other instruments, each with the program that computes it. */
  readonly elsewhere: readonly { readonly node: PlanNode; readonly programs: readonly Program[] }[];
}

/** Many expressions as one computation. */
export interface ExpressionPlan {
  readonly expressions: NamedExpressions;
  readonly names: readonly string[];
  readonly stages: readonly BarrierStage[];
  readonly programs: readonly Program[];
  /** The fields that are read, as the panel spells them. */
  readonly fields: readonly string[];
  /** Positions before and after a row that its values depend on; the one before may be infinite. */
  readonly lookBack: number;
  readonly lookAhead: number;
  /** As `lookBack` and `lookAhead`, with room for the intermediate values. */
  readonly marginBack: number;
  readonly marginAhead: number;
  /** The expressions that look ahead: labels, or mistakes. */
  readonly aheadOf: readonly string[];
}

/**
 * Checks and plans the expressions of a request; common parts become one. A plan holds for every table that has these
 * names: it is made once a request, and whatever computes takes it.
 * @throws DataServiceError bad-expression
 */
export function planExpressions(expressions: NamedExpressions, names: Names = {}): ExpressionPlan {
  const plan = new PlanNodes();
  const roots = Array.from(expressions.values(), (parsed) => bindExpression(plan, parsed, names));
  const { fields, margin } = reachOfRoots(plan.nodes, roots);
  const used = reachable(roots);
  const barriers = plan.nodes.filter((node) => used.has(node) && isBarrier(node));
  const last = Math.max(0, ...roots.map((root) => root.stage));
  const stages: BarrierStage[] = [];
  for (let stage = 1; stage <= last; stage++) {
    const here = barriers.filter((node) => node.stage === stage);
    const sections = here.filter((node) => !isElsewhere(node));
    const inputs = [...new Set(sections.flatMap((node) => node.inputs))];
    stages.push({
      inputs,
      programs: compile(inputs),
      crossSections: sections,
      elsewhere: here.filter(isElsewhere).map((node) => ({ node, programs: compile(node.inputs) })),
    });
  }
  const ahead = roots.map((root) => reachOfRoots(plan.nodes, [root]).fields.to > 0);
  return {
    expressions,
    names: [...expressions.keys()],
    fields: [...used].flatMap(({ source }) => (source.kind === "field" ? [source.name] : [])),
    stages,
    programs: compile(roots),
    lookBack: Math.max(0, -fields.from),
    lookAhead: Math.max(0, fields.to),
    marginBack: Math.max(0, -margin.from),
    marginAhead: Math.max(0, margin.to),
    aheadOf: [...expressions.keys()].filter((_, i) => ahead[i]!),
  };
}

function reachable(roots: readonly PlanNode[]): ReadonlySet<PlanNode> {
  const found = new Set<PlanNode>();
  const visit = (node: PlanNode): void => {
    if (found.has(node)) return;
    found.add(node);
    for (const input of node.inputs) visit(input);
  };
  for (const root of roots) visit(root);
  return found;
}
