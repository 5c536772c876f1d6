import { Command } from "commander";
import { listOperators } from "../expression/list-operators.js";
import { layTable } from "../text/text-table.js";
import { tell } from "./tell.js";

export function operatorsCommand(): Command {
  return new Command("operators")
    .summary("the operators of the expression language")
    .description(
      "Lists the operators that expressions may use, and where qlib does something unexpected. Arithmetic, " +
        "comparisons, & | and ** are written as in Python, fields as $close.",
    )
    .argument("[text]", "only operators with this in their name or description")
    .option("--json", "print as JSON")
    .action((text: string | undefined, { json }: { json?: boolean }) => {
      const wanted = text?.toLowerCase() ?? "";
      const shown = listOperators().filter(({ name, doc }) =>
        `${name} ${doc}`.toLowerCase().includes(wanted),
      );
      tell(json ? `${JSON.stringify(shown, null, 2)}\n` : operatorsText(shown));
    });
}

function operatorsText(operators: ReturnType<typeof listOperators>): string {
  const rows = operators.flatMap(({ usage, doc, fault }) => [
    [usage, doc],
    ...(fault
      ? [
          ["", `qlib: ${fault.qlib}`],
          ["", `strict: ${fault.strict}`],
        ]
      : []),
  ]);
  return `${layTable(["operator", "what it gives"], rows, ["left", "left"]).join("\n")}\n`;
}
