import { Command, Option } from "commander";
import { convertFile } from "../open/convert.js";
import { type OpeningOptions, openingOf, withOpening } from "./opening.js";
import { freqOption, keyOption, list } from "./options.js";
import { withProgress } from "./progress.js";
import { checkedTarget } from "./target.js";
import { tellBeside } from "./tell.js";
import { writtenTo } from "./written.js";

interface ConvertOptions extends OpeningOptions {
  readonly key?: string;
  readonly columns?: string[];
  readonly start?: string;
  readonly end?: string;
  readonly freq?: string;
  readonly targetFreq?: string;
  readonly force?: boolean;
}

export function convertCommand(): Command {
  return withOpening(
    new Command("convert")
      .summary("write a file in another format")
      .description(
        "Writes what IN holds to OUT, in the format that OUT's extension names: .h5 (pandas fixed), .parquet, .arrow, " +
          ".feather or .csv; a name without an extension becomes a qlib provider folder. The old OUT stays until the new " +
          "one is complete.",
      )
      .argument("<in>", "a pandas HDF5, Parquet, Arrow or CSV file, or a qlib folder")
      .argument("<out>", "the file or folder to write", checkedTarget)
      .addOption(keyOption())
      .addOption(new Option("-c, --columns <names>", "only these columns, comma-separated").argParser(list))
      .option("-s, --start <time>", "only from this time on")
      .option("-e, --end <time>", "only up to this time")
      .addOption(freqOption("if IN is a qlib folder: "))
      .option(
        "--target-freq <freq>",
        "if OUT is a qlib folder: the name of its bars (default: as in IN, or day)",
      )
      .option("--force", "replace a qlib folder that holds lists, fields, … that the new one would lack")
      .action(
        async (
          from: string,
          to: string,
          { force, key, columns, start, end, freq, targetFreq, ...opening }: ConvertOptions,
        ) => {
          const begun = performance.now();
          const panel = await withProgress(`${from} → ${to}`, (onProgress) =>
            convertFile(from, to, {
              ...openingOf(opening),
              key,
              columns,
              start,
              end,
              freq,
              targetFreq,
              replace: force,
              onProgress,
            }),
          );
          tellBeside(writtenTo(to, panel, begun));
        },
      ),
  );
}
