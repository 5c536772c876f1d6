import { Command, Option } from "commander";
import { evaluatePanelInPatches } from "../expression/evaluate-panel.js";
import { openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";
import { allNamed } from "./named-expressions.js";
import { type OpeningOptions, openingOf, withOpening, withoutOpening } from "./opening.js";
import {
  fields,
  formatOption,
  freqOption,
  instruments,
  keyOption,
  type OutputFormat,
  skipUnknownOption,
} from "./options.js";
import { sayEmpty, sayNotes, writePanel } from "./output.js";
import { withProgress } from "./progress.js";
import { outOption } from "./target.js";
import { tellBeside } from "./tell.js";
import { universeOf } from "./universe.js";
import { writtenTo } from "./written.js";

export interface EvalOptions extends OpeningOptions {
  readonly key?: string;
  readonly freq?: string;
  readonly universe?: string[];
  readonly skipUnknown?: boolean;
  readonly labels?: string[];
  readonly start?: string;
  readonly end?: string;
  readonly windows: "calendar" | "rows";
  readonly compat: "qlib" | "strict";
  readonly out?: string;
  readonly format: OutputFormat;
}

/** Results above this many bytes are computed and written block by block. */
const WHOLE_UP_TO_BYTES = 2 ** 31;

export function evalCommand(): Command {
  return evaluateOptions(new Command("eval"))
    .summary("compute qlib expressions")
    .description(
      "Computes factor expressions in qlib's language, with qlib's numbers, and prints them or writes them to --out. " +
        "An expression may be named: 'ma5=Mean($close,5)/$close'.",
    )
    .argument("<file>", "a file or qlib folder with the market fields")
    .argument("<expressions...>", "such as 'Mean($close,5)'; use single quotes, or the shell expands $close")
    .action(async (file: string, texts: string[], options: EvalOptions) => {
      await evaluateAndShow(file, allNamed(texts), options);
    });
}

/** The options that `eval` and `alpha158` share. */
export function evaluateOptions(command: Command): Command {
  return withOpening(
    command
      .addOption(keyOption())
      .addOption(freqOption())
      .addOption(
        new Option(
          "-u, --universe <codes>",
          "instruments, comma-separated, or an instrument list of a qlib folder, such as csi300 (default: all)",
        ).argParser(instruments),
      )
      .addOption(skipUnknownOption())
      .addOption(
        new Option("--labels <names>", "which of the results are labels, which may look ahead").argParser(
          fields,
        ),
      )
      .option("-s, --start <time>", "first bar; earlier ones serve as warm-up")
      .option("-e, --end <time>", "last bar")
      .addOption(
        new Option(
          "--windows <what>",
          "what a window counts: positions of the calendar, as in qlib, or an instrument's rows",
        )
          .choices(["calendar", "rows"])
          .default("calendar"),
      )
      .addOption(
        new Option("--compat <mode>", "qlib's results, known faults included, or strict ones")
          .choices(["qlib", "strict"])
          .default("qlib"),
      )
      .addOption(outOption())
      .addOption(formatOption()),
  );
}

/** Computes expressions of a file and prints or writes them. */
export async function evaluateAndShow(
  file: string,
  expressions: Readonly<Record<string, string>> | ((panel: Panel) => Readonly<Record<string, string>>),
  { key, freq, out, format, skipUnknown, universe: names, ...given }: EvalOptions,
): Promise<void> {
  const options = withoutOpening(given);
  const begun = performance.now();
  const title = out === undefined ? `computing on ${file}` : `${file} → ${out}`;
  const result = await withProgress(title, async (onProgress) => {
    const market = await openPanel(file, { ...openingOf(given), key, freq, onProgress });
    const wanted = typeof expressions === "function" ? expressions(market) : expressions;
    const universe = universeOf(file, names, market.index);
    const { start, end } = options;
    const bytes = market.window({ start, end }).rowCount * Object.keys(wanted).length * 4;
    const onUnknown = skipUnknown ? ("skip" as const) : undefined;
    const range = { ...options, universe, onUnknown, onProgress };
    const computed =
      out !== undefined && bytes > WHOLE_UP_TO_BYTES
        ? evaluatePanelInPatches(market, wanted, range)
        : await market.evaluateInThreads(wanted, range);
    if (out !== undefined) await computed.write(out, { onProgress });
    sayEmpty(computed, { ...options, universe: names }, market);
    return computed;
  });
  sayNotes(result, file);
  if (out === undefined) await writePanel(result, format);
  else tellBeside(writtenTo(out, result, begun));
}
