import { EXPANDING } from "./kernels.js";
import type { Kernel } from "./operators.js";

/** How numpy would hold a series: bool, int64, float32 or float64. Arithmetic on float32 series stays float32. */
export type CellType = "condition" | "whole" | "single" | "double";

/** How a node comes by its cells. */
export type Source =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "field"; readonly name: string }
  | {
      readonly kind: "step";
      readonly kernel: Kernel;
      /** Positions; EXPANDING for a window of 0; the shift itself for `shift`, the span or alpha for `ema`. */
      readonly window: number;
      /** Of `quantile`. */
      readonly score: number;
      /** Of `elsewhere`: the instrument, as the panel spells it. */
      readonly instrument: string;
    };

/** One value of the plan: a series for each instrument, computed once however often expressions name it. */
export interface PlanNode {
  /** Position in the plan; inputs always come before. */
  readonly id: number;
  readonly source: Source;
  readonly inputs: readonly PlanNode[];
  readonly type: CellType;
  /** How many passes over the whole market must end before this value can be computed. */
  readonly stage: number;
}

/** Positions relative to the one asked for, both ends included; may be infinite. */
export interface Reach {
  readonly from: number;
  readonly to: number;
}

/** Cross-sections and other instruments' series need a pass over the whole market before they can go on. */
export function isBarrier(node: PlanNode): boolean {
  return node.source.kind === "step" && (node.source.kernel.family === "cross" || isElsewhere(node));
}

export function isElsewhere(node: PlanNode): boolean {
  return node.source.kind === "step" && node.source.kernel.family === "elsewhere";
}

/** The nodes of a plan. Equal computations become one node. */
export class PlanNodes {
  readonly nodes: PlanNode[] = [];
  readonly #byKey = new Map<string, PlanNode>();

  add(source: Source, inputs: readonly PlanNode[], type: CellType): PlanNode {
    const words =
      source.kind === "step"
        ? [source.kernel.family, source.kernel.part, source.window, source.score, source.instrument]
        : [source.kind === "field" ? source.name : source.value, type];
    const key = JSON.stringify([source.kind, ...words.map(String), ...inputs.map((input) => input.id)]);
    const known = this.#byKey.get(key);
    if (known) return known;
    const below = Math.max(0, ...inputs.map((input) => input.stage));
    const node: PlanNode = { id: this.nodes.length, source, inputs, type, stage: below };
    const placed = isBarrier(node) ? { ...node, stage: below + 1 } : node;
    this.nodes.push(placed);
    this.#byKey.set(key, placed);
    return placed;
  }
}

/** The positions of its inputs that a node's value at position 0 depends on. */
function reachOf(node: PlanNode): Reach {
  if (node.source.kind !== "step") return { from: 0, to: 0 };
  const { kernel, window } = node.source;
  const back = window === EXPANDING ? Number.NEGATIVE_INFINITY : 1 - window;
  switch (kernel.family) {
    case "shift":
      if (window === 0) return { from: Number.NEGATIVE_INFINITY, to: 0 };
      if (kernel.part === "ref") return { from: -window, to: -window };
      return { from: Math.min(0, -window), to: Math.max(0, -window) };
    case "since":
      return { from: Number.NEGATIVE_INFINITY, to: 0 };
    case "smooth":
      return { from: kernel.part === "ema" ? Number.NEGATIVE_INFINITY : back, to: 0 };
    case "sum":
    case "moments":
    case "shape":
    case "trend":
    case "highest":
    case "lowest":
    case "order":
    case "pairs":
      return { from: back, to: 0 };
    case "unary":
    case "binary":
    case "choose":
    case "cross":
    case "elsewhere":
      return { from: 0, to: 0 };
  }
}

/** What the roots at position 0 need: of the fields (`fields`), and of any value on the way (`margin`). */
export function reachOfRoots(
  nodes: readonly PlanNode[],
  roots: readonly PlanNode[],
): { fields: Reach; margin: Reach } {
  const needs = new Map<number, Reach>();
  for (const root of roots) needs.set(root.id, { from: 0, to: 0 });
  let fields: Reach = { from: 0, to: 0 };
  let margin: Reach = { from: 0, to: 0 };
  for (let id = nodes.length - 1; id >= 0; id--) {
    const need = needs.get(id);
    if (!need) continue;
    const node = nodes[id]!;
    margin = union(margin, need);
    if (node.source.kind === "field") fields = union(fields, need);
    const reach = reachOf(node);
    for (const input of node.inputs) {
      const wanted = { from: need.from + reach.from, to: need.to + reach.to };
      const known = needs.get(input.id);
      needs.set(input.id, known ? union(known, wanted) : wanted);
    }
  }
  return { fields, margin };
}

function union(a: Reach, b: Reach): Reach {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
