import { statSync } from "node:fs";
import { extname } from "node:path";
import { Command, Option } from "commander";
import { openPanel } from "../panel/open-panel.js";
import { groupDigits } from "../panel/print.js";
import { writeQlibFolder } from "../panel/write-qlib.js";
import { keyOption, list } from "./options.js";
import { progressBar } from "./progress.js";

interface ConvertOptions {
  readonly key?: string;
  readonly columns?: string[];
  readonly start?: string;
  readonly end?: string;
}

export function convertCommand(): Command {
  return new Command("convert")
    .summary("write a file in another format")
    .description(
      "Writes what IN holds to OUT, in the format that OUT's extension names: .h5 (pandas fixed), .parquet, .arrow,\n" +
        ".feather or .csv; a name without an extension becomes a qlib provider folder. The old OUT stays until the new\n" +
        "one is whole.",
    )
    .argument("<in>", "a pandas HDF5, Parquet, Arrow or CSV file, or a qlib folder")
    .argument("<out>", "the file or folder to write")
    .addOption(keyOption())
    .addOption(new Option("-c, --columns <names>", "only these columns, comma-separated").argParser(list))
    .option("-s, --start <time>", "only from this time on")
    .option("-e, --end <time>", "only up to this time")
    .action(async (from: string, to: string, options: ConvertOptions) => {
      const begun = performance.now();
      const bar = progressBar(`${from} → ${to}`);
      const panel = await openPanel(from, { ...options, onProgress: bar.update });
      if (extname(to) === "") await writeQlibFolder(panel, to, { onProgress: bar.update });
      else await panel.write(to, { onProgress: bar.update });
      bar.end();
      const seconds = (performance.now() - begun) / 1000;
      const size = extname(to) === "" ? "" : `, ${groupDigits(statSync(to).size)} bytes`;
      const rows = `${groupDigits(panel.rowCount)} rows × ${panel.columnNames.length} columns`;
      process.stderr.write(`${to}: ${rows} in ${seconds.toFixed(1)} s${size}\n`);
    });
}
