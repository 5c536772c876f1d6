import type { ColumnType } from "../columns/table.js";
import { findField } from "../names/field.js";
import { canonicalCode } from "../names/instrument-code.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { inThisDialect } from "./dialects.js";
import { binaryCell, EXPANDING } from "./kernels.js";
import { ABSENT_OPERATORS, type Kernel, OPERATORS, type Operator, usage } from "./operators.js";
import { type CellType, isElsewhere, type PlanNode, type PlanNodes, type Source } from "./plan.js";
import { resultType } from "./result-type.js";
import {
  badExpression,
  type Call,
  type Expression,
  type FieldName,
  type ParsedExpression,
} from "./syntax.js";

/**
 * What names can mean: each field with the type of its cells. Without `fields`, any field is accepted; without
 * `instruments`, any instrument.
 */
export interface Names {
  readonly fields?: ReadonlyMap<string, CellType> | undefined;
  /** Columns that no expression computes with, such as strings, and their types: an error then says so. */
  readonly notNumbers?: ReadonlyMap<string, ColumnType> | undefined;
  readonly instruments?: ReadonlySet<string> | undefined;
}

/** Checks one expression against the names and the operator table, and adds it to the plan. */
export function bindExpression(plan: PlanNodes, { text, tree }: ParsedExpression, names: Names): PlanNode {
  const binder = new Binder(plan, text, names);
  const node = binder.bind(tree);
  if (node.source.kind === "constant") {
    throw badExpression(text, tree.at, "the expression is a number; it names no field");
  }
  return node;
}

const NONE: ReadonlyMap<string, ColumnType> = new Map();

interface Arguments {
  readonly inputs: PlanNode[];
  window: number;
  score: number;
  instrument: string;
}

class Binder {
  readonly #plan: PlanNodes;
  readonly #text: string;
  readonly #names: Names;

  constructor(plan: PlanNodes, text: string, names: Names) {
    this.#plan = plan;
    this.#text = text;
    this.#names = names;
  }

  bind(expression: Expression): PlanNode {
    switch (expression.kind) {
      case "number":
        return this.#constant(expression.value, expression.whole);
      case "field":
        return this.#field(expression);
      case "text":
        throw badExpression(this.#text, expression.at, `the text "${expression.value}" is not a series`);
      case "call":
        return this.#call(expression);
    }
  }

  #constant(value: number, whole: boolean): PlanNode {
    return this.#plan.add({ kind: "constant", value }, [], whole ? "whole" : "double");
  }

  #field({ name, at }: FieldName): PlanNode {
    const { fields, notNumbers = NONE } = this.#names;
    const found = fields ? findField(name, fields) : name;
    if (found !== undefined) {
      return this.#plan.add({ kind: "field", name: found }, [], fields?.get(found) ?? "single");
    }
    const other = findField(name, notNumbers);
    if (other !== undefined) {
      const problem = `"${name}" is ${notNumbers.get(other)}; an expression computes with numbers`;
      throw badExpression(this.#text, at, problem, { field: name });
    }
    const known = [...fields!.keys()];
    const near = nearestName(name, known);
    const hint = near === undefined ? `; there are ${known.join(", ")}` : suggestion(near);
    throw badExpression(this.#text, at, `unknown field "${name}"${hint}`, {
      field: name,
      found: known,
      ...(near !== undefined && { suggestion: near }),
    });
  }

  #call(call: Call): PlanNode {
    const operator = OPERATORS.get(call.operator) ?? this.#unknown(call);
    const wanted = operator.parameters;
    const { kernel, takesMore } = operator;
    if (call.args.length < wanted.length || (call.args.length > wanted.length && !takesMore)) {
      const count = `${wanted.length} arguments${takesMore ? " or more" : ""}`;
      const problem = `${usage(call.operator, operator)} takes ${count}; this call has ${call.args.length}`;
      throw badExpression(this.#text, call.at, problem, { count: call.args.length });
    }
    if (kernel.family === "composed") return this.bind(kernel.of(call));
    if (operator.takesAlpha && this.#isAlpha(call.args[1]!)) return this.bind({ ...call, operator: "EMA" });
    const bound: Arguments = { inputs: [], window: 0, score: 0, instrument: "" };
    for (const [i, arg] of call.args.entries()) this.#argument(call, operator, i, arg, bound);
    const folded = this.#fold(call, kernel, bound);
    if (folded) return folded;
    const type = resultType(kernel, bound.inputs);
    if (typeof type === "number") {
      const problem = `"${call.written}" joins conditions; put each comparison in parentheses, as in ($close > $open) & ($volume > 0)`;
      throw badExpression(this.#text, call.args[type]!.at, problem);
    }
    return this.#step(numpyKernel(kernel, bound.inputs), bound, type);
  }

  /** Whether a window is one between 0 and 1. */
  #isAlpha(window: Expression): boolean {
    if (window.kind === "text" || window.kind === "field") return false;
    const { source } = this.bind(window);
    return source.kind === "constant" && source.value > 0 && source.value < 1;
  }

  #unknown(call: Call): never {
    const absent = ABSENT_OPERATORS.get(call.operator);
    if (absent)
      throw badExpression(this.#text, call.at, `qlib's ${call.operator} is not available: ${absent}`);
    const near = inThisDialect(call, this.#text) ?? nearestName(call.operator, OPERATORS.keys());
    throw badExpression(this.#text, call.at, `unknown operator "${call.operator}"${suggestion(near)}`, {
      found: [...OPERATORS.keys()],
      ...(near !== undefined && { suggestion: near }),
    });
  }

  #argument(call: Call, operator: Operator, i: number, arg: Expression, bound: Arguments): void {
    const parameter = operator.parameters[i] ?? "series"; // beyond them, of an operator that takes more
    if (parameter === "series") {
      const node = this.bind(arg);
      if (
        node.source.kind === "constant" &&
        !["binary", "choose", "unary"].includes(operator.kernel.family)
      ) {
        throw badExpression(
          this.#text,
          arg.at,
          `${call.written} works on a series; ${node.source.value} is a number`,
        );
      }
      bound.inputs.push(node);
      return;
    }
    if (parameter === "instrument") {
      bound.instrument = this.#instrument(call, arg);
      return;
    }
    const node = arg.kind === "text" ? undefined : this.bind(arg);
    const what = { score: "the quantile", bins: "the number of bins" }[parameter as string] ?? "the window";
    if (node?.source.kind !== "constant") {
      const of = usage(call.operator, operator);
      const other =
        {
          Max: "; the greater of two series is Greater(x, y)",
          Min: "; the lesser of two series is Less(x, y)",
        }[call.operator] ?? "";
      const problem = `${what} of ${call.written} must be a number, as in ${of}${other}`;
      throw badExpression(this.#text, arg.at, problem);
    }
    const { value } = node.source;
    if (parameter === "score") {
      if (!(value >= 0 && value <= 1)) {
        throw badExpression(
          this.#text,
          arg.at,
          `the quantile of ${call.written} must be from 0 to 1; it is ${value}`,
        );
      }
      bound.score = value;
    } else if (parameter === "bins") {
      if (!(Number.isSafeInteger(value) && value >= 1)) {
        const problem = `the number of bins of ${call.written} must be a whole number from 1; it is ${value}`;
        throw badExpression(this.#text, arg.at, problem);
      }
      bound.window = value;
    } else bound.window = this.#window(call, operator, arg, value);
  }

  #window(call: Call, operator: Operator, arg: Expression, value: number): number {
    const fail = (must: string): Error =>
      badExpression(this.#text, arg.at, `the window of ${call.written} must be ${must}; it is ${value}`);
    if (operator.parameters.includes("span")) {
      if (value >= 0 && value < EXPANDING) return value;
      throw fail("a span of 1 or more, an alpha between 0 and 1, or 0 for expanding");
    }
    const whole = Number.isSafeInteger(value) && Math.abs(value) < EXPANDING;
    if (operator.kernel.family === "shift") {
      if (!whole) throw fail("a whole number");
      return value;
    }
    const least = operator.leastWindow ?? 1;
    if (!whole || (value !== 0 && value < least))
      throw fail(`a whole number from ${least}, or 0 for expanding`);
    return value === 0 ? EXPANDING : value;
  }

  #instrument(call: Call, arg: Expression): string {
    if (arg.kind !== "text") {
      throw badExpression(this.#text, arg.at, `${call.written} needs an instrument code in quotes`);
    }
    const { instruments } = this.#names;
    if (!instruments || instruments.has(arg.value)) return arg.value;
    const canonical = canonicalCode(arg.value);
    for (const name of instruments) if (canonicalCode(name) === canonical) return name;
    const near = nearestName(arg.value, instruments);
    throw badExpression(this.#text, arg.at, `unknown instrument "${arg.value}"${suggestion(near)}`, {
      instrument: arg.value,
      ...(near !== undefined && { suggestion: near }),
    });
  }

  /** Arithmetic of two numbers is done here, as Python does it before qlib sees it. */
  #fold(call: Call, kernel: Kernel, { inputs }: Arguments): PlanNode | undefined {
    const values = inputs.map((input) =>
      input.source.kind === "constant" ? input.source.value : Number.NaN,
    );
    if (inputs.length === 0 || inputs.some((input) => input.source.kind !== "constant")) return undefined;
    const wholes = inputs.every((input) => input.type === "whole");
    if (kernel.family === "unary" && kernel.part === "Neg") return this.#constant(-values[0]!, wholes);
    if (kernel.family !== "binary" || kernel.part === "And" || kernel.part === "Or") {
      throw badExpression(
        this.#text,
        call.at,
        `${call.written} works on a series; all its arguments are numbers`,
      );
    }
    if (kernel.part === "Div" && values[1] === 0)
      throw badExpression(this.#text, call.at, "division by zero");
    const value = binaryCell(kernel.part, values[0]!, values[1]!);
    return this.#constant(value, wholes && kernel.part !== "Div" && Number.isInteger(value));
  }

  #step(kernel: Kernel, bound: Arguments, type: CellType): PlanNode {
    const { window, score, instrument } = bound;
    const source = (of: Kernel, on: string): Source => ({
      kind: "step",
      kernel: of,
      window,
      score,
      instrument: on,
    });
    const inputs = this.#rounded(kernel, bound.inputs, type);
    // A value made only of another instrument's series is computed there, over that instrument's whole life.
    const series = inputs.filter((input) => input.source.kind !== "constant");
    const place = series[0]!;
    if (kernel.family !== "elsewhere" && kernel.family !== "cross" && series.every(isElsewhere)) {
      const name = (node: PlanNode): string => (node.source.kind === "step" ? node.source.instrument : "");
      if (series.every((node) => name(node) === name(place))) {
        const inner = inputs.map((input) => (isElsewhere(input) ? input.inputs[0]! : input));
        const there = this.#plan.add(source(kernel, ""), inner, type);
        return this.#plan.add({ ...place.source } as Source, [there], type);
      }
    }
    return this.#plan.add(source(kernel, instrument), inputs, type);
  }

  /** numpy rounds a number to float32 before it meets a float32 series, also to compare with it. */
  #rounded(kernel: Kernel, inputs: readonly PlanNode[], type: CellType): readonly PlanNode[] {
    if (kernel.family === "choose" ? type !== "single" : kernel.family !== "binary") return inputs;
    if (!inputs.some((input) => input.type === "single" && input.source.kind !== "constant")) return inputs;
    return inputs.map((input) => {
      if (input.source.kind !== "constant") return input;
      const rounded = Math.fround(input.source.value);
      return Number.isFinite(rounded) ? this.#constant(rounded, input.type === "whole") : input;
    });
  }
}

/** What numpy does instead, by the types of the inputs. */
function numpyKernel(kernel: Kernel, inputs: readonly PlanNode[]): Kernel {
  if (kernel.part === "Not" && inputs[0]!.type === "whole") return { family: "unary", part: "NotWhole" };
  const areConditions = inputs.every(({ type }) => type === "condition");
  return kernel.part === "Add" && areConditions ? { family: "binary", part: "Or" } : kernel;
}
