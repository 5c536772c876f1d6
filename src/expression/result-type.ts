import type { BinaryName } from "./kernels.js";
import type { Kernel } from "./operators.js";
import type { CellType, PlanNode } from "./plan.js";

/** The type numpy gives the result of a step; or which input is not one that conditions can be joined with. */
export function resultType(kernel: Kernel, inputs: readonly PlanNode[]): CellType | number {
  const first = inputs[0]!.type;
  switch (kernel.family) {
    case "unary":
      if (kernel.part === "Sign") return "single";
      if (kernel.part === "Not") return first === "condition" || first === "whole" ? first : 0;
      if (kernel.part === "Log") return first === "single" ? "single" : "double";
      return first === "condition" && kernel.part === "Neg" ? "whole" : first;
    case "shift":
      return first === "single" ? "single" : "double";
    case "elsewhere":
      return first;
    case "choose":
      return promote(inputs.slice(1));
    case "binary":
      return binaryType(kernel.part, inputs);
    case "sum":
    case "moments":
    case "shape":
    case "trend":
    case "highest":
    case "lowest":
    case "order":
    case "smooth":
    case "pairs":
    case "since":
    case "cross":
      return "double";
  }
}

function binaryType(part: BinaryName, inputs: readonly PlanNode[]): CellType | number {
  switch (part) {
    case "Gt":
    case "Ge":
    case "Lt":
    case "Le":
    case "Eq":
    case "Ne":
      return "condition";
    case "And":
    case "Or":
      return conditionType(inputs);
    case "Sub":
    case "Div":
    case "Power": {
      const type = promote(inputs);
      if (type === "condition") return part === "Div" ? "double" : "whole";
      return type === "whole" && part === "Div" ? "double" : type;
    }
    default:
      return promote(inputs);
  }
}

function conditionType(inputs: readonly PlanNode[]): CellType | number {
  const other = inputs.findIndex((input) => input.type !== "whole" && !isCondition(input));
  if (other >= 0) return other;
  return inputs.some((input) => input.type === "whole") ? "whole" : "condition";
}

/** Also at another time: pandas shifts a condition into objects, which `&` and `|` take, a missing one as false. */
function isCondition({ type, source, inputs }: PlanNode): boolean {
  if (type === "condition") return true;
  return source.kind === "step" && source.kernel.part === "ref" && isCondition(inputs[0]!);
}

/** numpy's promotion: a number takes the type of the series it meets, unless it is a fraction and the series whole. */
function promote(inputs: readonly PlanNode[]): CellType {
  const rank: readonly CellType[] = ["condition", "whole", "single", "double"];
  const series = inputs.filter((input) => input.source.kind !== "constant").map((input) => input.type);
  const numbers = inputs.filter((input) => input.source.kind === "constant");
  if (series.includes("single") && series.includes("whole")) return "double";
  let type = series.reduce((a, b) => (rank.indexOf(a) > rank.indexOf(b) ? a : b), "condition" as CellType);
  for (const { type: written, source } of numbers) {
    const value = source.kind === "constant" ? Math.abs(source.value) : 0;
    if (type === "single" && Number.isFinite(value) && !Number.isFinite(Math.fround(value))) type = "double";
    if (type === "condition" || type === "whole") type = written === "whole" ? "whole" : "double";
  }
  return type;
}
