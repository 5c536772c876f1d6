import { Command, Option } from "commander";
import { openPanel } from "../panel/open-panel.js";
import { count, formatOption, keyOption, list, type OutputFormat } from "./options.js";
import { writePanel } from "./output.js";
import { progressBar } from "./progress.js";

interface WindowOptions {
  readonly key?: string;
  readonly universe?: string[];
  readonly start?: string;
  readonly end?: string;
  readonly bars?: number;
  readonly barsPer?: "instrument" | "session";
  readonly fields?: string[];
  readonly skipUnknown?: boolean;
  readonly format: OutputFormat;
}

export function windowCommand(): Command {
  return new Command("window")
    .summary("a history window: some instruments, some bars, some fields")
    .description(
      "Prints part of a file, as getHistoryWindow gives it. start and end are inclusive, a bare date as end takes in\n" +
        "its whole day. --bars counts from the end, or from the start where only --start is given.",
    )
    .argument("<file>", "a pandas HDF5, Parquet, Arrow or CSV file, or a qlib folder")
    .addOption(keyOption())
    .addOption(
      new Option("-u, --universe <codes>", "instruments, comma-separated (default: all)").argParser(list),
    )
    .option("-s, --start <time>", "first bar")
    .option("-e, --end <time>", "last bar")
    .addOption(new Option("-n, --bars <count>", "how many bars").argParser(count))
    .addOption(
      new Option("--bars-per <what>", "count each instrument's own bars, or the panel's sessions")
        .choices(["instrument", "session"])
        .default("instrument"),
    )
    .addOption(new Option("-f, --fields <names>", "fields, comma-separated (default: all)").argParser(list))
    .option("--skip-unknown", "leave unknown instruments out and say so, instead of failing")
    .addOption(formatOption())
    .action(async (file: string, options: WindowOptions) => {
      const { key, universe, start, end, bars, barsPer, fields, skipUnknown, format } = options;
      const bar = progressBar(`reading ${file}`);
      const panel = await openPanel(file, { key, onProgress: bar.update });
      const onUnknown = skipUnknown ? "skip" : "error";
      const window = panel.window({ universe, start, end, bars, barsPer, fields, onUnknown });
      bar.end();
      if (window.unknownInstruments.length > 0) {
        process.stderr.write(
          `aistock-data: left out, not in ${file}: ${window.unknownInstruments.join(", ")}\n`,
        );
      }
      await writePanel(window, format);
    });
}
