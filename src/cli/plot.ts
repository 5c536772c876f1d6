import { extname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { openPanel } from "../open/open-panel.js";
import type { PlotOptions } from "../report/plot/plot-panel.js";
import { type OpeningOptions, openingOf, withOpening, withoutOpening } from "./opening.js";
import { count, countBetween, fields, freqOption, instruments, keyOption } from "./options.js";
import { withProgress } from "./progress.js";
import { say } from "./tell.js";

interface PlotCommandOptions extends PlotOptions, OpeningOptions {
  readonly key?: string;
  readonly freq?: string;
  readonly out: string;
}

export function plotCommand(): Command {
  return withOpening(
    new Command("plot")
      .summary("a chart as an SVG or HTML file: series, candles, a cross-section, coverage")
      .description(
        "Draws part of a file. --kind series draws each field of each instrument over time (of more than 8 lines: the median and " +
          "the 10% and 90% quantiles of one field); candles the price bars of one instrument; distribution one field over the " +
          "instruments of a session; coverage which cells are there, by month. An .html file needs nothing else to open.",
      )
      .argument("<file>", "a pandas HDF5, Parquet, Arrow or CSV file, or a qlib folder")
      .addOption(keyOption())
      .addOption(freqOption())
      .addOption(
        new Option("-k, --kind <kind>", "what to draw")
          .choices(["series", "candles", "distribution", "coverage"])
          .default("series"),
      )
      .addOption(
        new Option("-u, --universe <codes>", "instruments, comma-separated (default: all)").argParser(
          instruments,
        ),
      )
      .addOption(
        new Option("-f, --fields <names>", "fields, comma-separated (default: all)").argParser(fields),
      )
      .option("-s, --start <time>", "first bar")
      .option("-e, --end <time>", "last bar")
      .addOption(new Option("-n, --bars <count>", "how many bars, the last ones").argParser(count))
      .option("--at <time>", "distribution: the session (default: the last)")
      .option("--title <text>", "what stands above it")
      .addOption(new Option("--width <pixels>", "width").argParser(countBetween(120, 8000)).default(960))
      .addOption(new Option("--height <pixels>", "height").argParser(countBetween(120, 8000)).default(420))
      .addOption(
        new Option("--theme <theme>", "colours of an .svg file").choices(["light", "dark"]).default("light"),
      )
      .addOption(
        new Option("-o, --out <file>", "the .svg or .html file").argParser(plotFile).makeOptionMandatory(),
      )
      .action(draw),
  );
}

async function draw(file: string, given: PlotCommandOptions): Promise<void> {
  const { key, freq, out, ...rest } = given;
  const options = withoutOpening(rest);
  const plot = await withProgress(`drawing ${file}`, async (onProgress) =>
    (await openPanel(file, { ...openingOf(given), key, freq, onProgress })).plot(options),
  );
  await plot.write(out);
  say(`wrote ${out}: ${plot.title}`);
}

function plotFile(path: string): string {
  if ([".svg", ".html"].includes(extname(path).toLowerCase())) return path;
  throw new InvalidArgumentError("give a name that ends with .svg or .html.");
}
