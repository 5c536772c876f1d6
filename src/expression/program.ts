import type { Kernel } from "./operators.js";
import { isBarrier, type PlanNode } from "./plan.js";

/** One kernel call. Numbers in `inputs` and `outputs` are places: columns first, then constants, then buffers. */
export interface Step {
  readonly family: Kernel["family"] | "wholeMean" | "emit";
  readonly inputs: readonly number[];
  readonly outputs: readonly { readonly part: string; readonly place: number; readonly score: number }[];
  readonly window: number;
  readonly single: boolean;
  /** Of `emit`, whose second input, if it has one, divides the first: which of the program's roots. */
  readonly root: number;
}

/** A straight run of kernel calls for one instrument, and the places its values stand in. */
export interface Program {
  /** Fields, and barrier nodes computed by an earlier pass, that it or its neighbours read. */
  readonly columns: readonly PlanNode[];
  readonly constants: readonly number[];
  readonly bufferCount: number;
  readonly steps: readonly Step[];
  /** Which of all roots it computes. */
  readonly roots: readonly number[];
}

const SHARED: readonly string[] = ["moments", "shape", "trend", "highest", "lowest", "order", "pairs"];
const IN_PLACE: readonly string[] = ["unary", "binary", "choose"];
/** What may be computed twice. */
const CHEAP: readonly string[] = [...IN_PLACE, "shift"];

/** Nodes that one kernel call computes together, because they share their sums or their sorted window. */
interface Unit {
  readonly nodes: PlanNode[];
  readonly inputs: readonly PlanNode[];
  readonly roots: number[];
}

/** Roots that one program computes, about: fewer results at a time leave room for more instruments in a task. */
const ROOTS_AT_ONCE = 16;
const MOST_ROOTS_AT_ONCE = 64;

/**
 * Orders the computation of `roots` so that shared work is done once and few buffers are alive at a time. Many roots
 * are divided among several programs over the same columns; what these have in common is mostly element-wise.
 */
export function compile(roots: readonly PlanNode[]): readonly Program[] {
  const whole = new Compiler(roots);
  if (roots.length <= ROOTS_AT_ONCE) return [whole.program()];
  return whole.parts(ROOTS_AT_ONCE, MOST_ROOTS_AT_ONCE).map((part) => {
    const own = part.map((root) => roots[root]!);
    return { ...new Compiler(own, whole.columns).program(), roots: part };
  });
}

class Compiler {
  readonly #roots: readonly PlanNode[];
  readonly columns: PlanNode[];
  readonly #constants: PlanNode[] = [];
  readonly #units = new Map<PlanNode, Unit>();
  readonly #uses = new Map<PlanNode, number>();
  readonly #buffers = new Map<PlanNode, number>();
  readonly #free: number[] = [];
  readonly #emitted = new Set<number>();
  /** For each root, the rolling units it needs. */
  readonly #rolling = new Map<number, Unit[]>();
  readonly #steps: Step[] = [];
  #bufferCount = 0;

  /** @param columns those of a compiler of more roots, `roots` among them */
  constructor(roots: readonly PlanNode[], columns: PlanNode[] = []) {
    this.#roots = roots;
    this.columns = columns;
    this.#collect();
  }

  program(): Program {
    const queue = this.#roots.map((_, root) => root).reverse();
    while (queue.length > 0) {
      const root = queue.pop()!;
      if (this.#emitted.has(root)) continue;
      this.#emitted.add(root);
      const node = this.#roots[root]!;
      const fresh: Unit[] = [];
      const read = this.#isOnlyQuotient(node) ? [...node.inputs] : [node];
      for (const input of read) this.#compute(input, fresh);
      this.#push({
        family: "emit",
        inputs: read.map((input) => this.#place(input)),
        outputs: [],
        window: 0,
        single: false,
        root,
      });
      for (const input of new Set(read)) this.#release(input);
      // Roots that read what was just computed go next, so that its buffers are soon free again.
      for (const unit of fresh) queue.push(...unit.roots.toReversed());
    }
    return {
      columns: this.columns,
      constants: this.#constants.map(({ source }) =>
        source.kind === "constant" ? source.value : Number.NaN,
      ),
      bufferCount: this.#bufferCount,
      steps: this.#steps,
      roots: this.#roots.map((_, root) => root),
    };
  }

  /** The roots in parts of `least` to `most`: those that need the same rolling kernel stay together, up to `most`. */
  parts(least: number, most: number): number[][] {
    const parts: number[][] = [];
    const left = new Set(this.#roots.keys());
    let part: number[] = [];
    let seen = new Set<Unit>();
    for (const root of left) {
      const together = [root];
      for (let i = 0; i < together.length && part.length < most; i++) {
        if (!left.delete(together[i]!)) continue;
        part.push(together[i]!);
        for (const unit of this.#rolling.get(together[i]!) ?? []) {
          if (seen.has(unit)) continue;
          seen.add(unit);
          for (const other of unit.roots) together.push(other);
        }
      }
      if (part.length < least) continue;
      parts.push(part.sort((a, b) => a - b));
      [part, seen] = [[], new Set()];
    }
    return part.length > 0 ? [...parts, part] : parts;
  }

  #collect(): void {
    const groups = new Map<string, Unit>();
    const visit = (node: PlanNode): void => {
      if (this.#units.has(node) || this.columns.includes(node) || this.#constants.includes(node)) return;
      if (node.source.kind === "constant") {
        this.#constants.push(node);
        return;
      }
      if (node.source.kind === "field" || isBarrier(node)) {
        this.columns.push(node);
        return;
      }
      for (const input of node.inputs) visit(input);
      const { kernel, window } = node.source;
      const shared = SHARED.includes(kernel.family);
      const key = shared
        ? [kernel.family, window, ...node.inputs.map((input) => input.id)].join(" ")
        : `${node.id}`;
      let unit = groups.get(key);
      if (!unit) {
        unit = { nodes: [], inputs: [...new Set(node.inputs)], roots: [] };
        groups.set(key, unit);
        for (const input of unit.inputs) this.#uses.set(input, (this.#uses.get(input) ?? 0) + 1);
      }
      unit.nodes.push(node);
      this.#units.set(node, unit);
    };
    for (const [index, root] of this.#roots.entries()) {
      visit(root);
      this.#uses.set(root, (this.#uses.get(root) ?? 0) + 1);
      this.#mark(root, index, new Set());
    }
    for (const unit of new Set(this.#units.values())) {
      for (const root of unit.roots) {
        const units = this.#rolling.get(root);
        if (units) units.push(unit);
        else this.#rolling.set(root, [unit]);
      }
    }
  }

  #mark(node: PlanNode, root: number, seen: Set<PlanNode>): void {
    const unit = this.#units.get(node);
    if (!unit || seen.has(node)) return;
    seen.add(node);
    const { source } = unit.nodes[0]!;
    if (source.kind === "step" && !CHEAP.includes(source.kernel.family)) unit.roots.push(root);
    for (const input of node.inputs) this.#mark(input, root, seen);
  }

  #compute(node: PlanNode, fresh: Unit[]): void {
    const unit = this.#units.get(node);
    if (!unit || this.#buffers.has(node)) return;
    for (const input of unit.inputs) this.#compute(input, fresh);
    if (node.source.kind !== "step") return;
    const { kernel, window } = node.source;
    const inputs = node.inputs.map((input) => this.#place(input));
    const early = IN_PLACE.includes(kernel.family);
    if (early) for (const input of unit.inputs) this.#release(input);
    const outputs = unit.nodes.map((one) => {
      const buffer = this.#free.pop() ?? this.#bufferCount++;
      this.#buffers.set(one, buffer);
      const { part, score } =
        one.source.kind === "step"
          ? { part: one.source.kernel.part, score: one.source.score }
          : { part: "", score: 0 };
      return { part, place: this.#place(one), score };
    });
    const meanOfCondition =
      kernel.family === "moments" &&
      node.inputs[0]!.type === "condition" &&
      outputs.every(({ part }) => part === "mean");
    const family = meanOfCondition ? "wholeMean" : kernel.family;
    this.#push({ family, inputs, outputs, window, single: node.type === "single", root: -1 });
    if (!early) for (const input of unit.inputs) this.#release(input);
    fresh.push(unit);
  }

  /** Whether a root is a quotient that nothing else reads: it is then divided on the way to its rows. */
  #isOnlyQuotient(node: PlanNode): boolean {
    const { source } = node;
    const isQuotient =
      source.kind === "step" && source.kernel.family === "binary" && source.kernel.part === "Div";
    const isRead = this.#uses.get(node) !== 1 || this.#buffers.has(node); // still, or by one that is done
    return isQuotient && node.type === "double" && !isRead;
  }

  #push(step: Step): void {
    this.#steps.push(step);
  }

  #place(node: PlanNode): number {
    const column = this.columns.indexOf(node);
    if (column >= 0) return column;
    const constant = this.#constants.indexOf(node);
    if (constant >= 0) return this.columns.length + constant;
    return this.columns.length + this.#constants.length + this.#buffers.get(node)!;
  }

  #release(node: PlanNode): void {
    const left = this.#uses.get(node)! - 1;
    this.#uses.set(node, left);
    const buffer = this.#buffers.get(node);
    if (left === 0 && buffer !== undefined) this.#free.push(buffer);
  }
}
