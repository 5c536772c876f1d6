import type { Kernel } from "./operators.js";
import type { CellType, PlanNode } from "./plan.js";

/** The type numpy gives the result of a step; or which input is none that conditions can be joined with. */
export function resultType(kernel: Kernel, inputs: readonly PlanNode[]): CellType | number {
  const first = inputs[0]!.type;
  switch (kernel.family) {
    case "unary":
      if (kernel.part === "Sign") return "single";
      if (kernel.part === "Not") return conditionType(inputs);
      if (kernel.part === "Log") return first === "single" ? "single" : "double";
      return first === "condition" ? "whole" : first;
    case "shift":
      return first === "single" ? "single" : "double";
    case "elsewhere":
      return first;
    case "choose":
      return promote(inputs.slice(1));
    case "binary":
      break;
    default:
      return "double";
  }
  switch (kernel.part) {
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
    default: {
      const type = promote(inputs);
      if (type === "condition") return "whole";
      return type === "whole" && kernel.part === "Div" ? "double" : type;
    }
  }
}

function conditionType(inputs: readonly PlanNode[]): CellType | number {
  const other = inputs.findIndex(({ type }) => type !== "condition" && type !== "whole");
  if (other >= 0) return other;
  return inputs.some((input) => input.type === "whole") ? "whole" : "condition";
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
