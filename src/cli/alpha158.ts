import { Command, Option } from "commander";
import { alpha158 } from "../factors/alpha158.js";
import { readFactors } from "../factors/factor-file.js";
import { chooseFactors } from "../factors/factor-set.js";
import { type EvalOptions, evaluateAndShow, evaluateOptions } from "./eval.js";
import { list } from "./options.js";
import { say } from "./tell.js";

interface Alpha158CliOptions extends EvalOptions {
  readonly select?: string[];
  readonly factors?: string;
}

export function alpha158Command(): Command {
  return evaluateOptions(new Command("alpha158"))
    .summary("compute the factors of qlib's Alpha158")
    .description(
      "Computes qlib's Alpha158, or some of it, or the factors of a file such as alpha158_meta.json, and prints them or " +
        "writes them to --out. If there is no $vwap, VWAP0 is computed from $amount/$volume or left out.",
    )
    .argument("<file>", "a file or qlib folder with $open, $close, $high, $low and $volume")
    .addOption(new Option("--select <names>", "only these factors, comma-separated").argParser(list))
    .option(
      "--factors <json>",
      'compute the expressions of this file, { "factors": [{ "name", "expression" }] }',
    )
    .action(async (file: string, { select, factors, ...options }: Alpha158CliOptions) => {
      await evaluateAndShow(
        file,
        (panel) => {
          return factors
            ? chooseFactors(factors, Object.entries(readFactors(factors, say)), { select })
            : alpha158({ select, fields: panel.columnNames, onNote: say });
        },
        options,
      );
    });
}
