import { Command, CommanderError } from "commander";
import { DataServiceError } from "../errors.js";
import { isSystemError } from "../files/file-access.js";
import { visible } from "../text/visible.js";
import { alpha158Command } from "./alpha158.js";
import { backfillCommand } from "./backfill.js";
import { backtestCommand } from "./backtest.js";
import { cacheCommand } from "./cache.js";
import { checkCommand } from "./check.js";
import { convertCommand } from "./convert.js";
import { describeCommand } from "./describe.js";
import { evalCommand } from "./eval.js";
import { fieldsCommand } from "./fields.js";
import { joinCommand } from "./join.js";
import { operatorsCommand } from "./operators.js";
import { packageVersion } from "./package-version.js";
import { plotCommand } from "./plot.js";
import { sampleCommand } from "./sample.js";
import { serveCommand } from "./serve.js";
import { serveResultsCommand } from "./serve-results.js";
import { sqlCommand } from "./sql.js";
import { syncCommand } from "./sync.js";
import { say, tellBeside } from "./tell.js";
import { trainDataCommand } from "./train-data.js";
import { validateCommand } from "./validate.js";
import { windowCommand } from "./window.js";
import { messageOf } from "./wording.js";

/**
 * What a command ends with: done; the data or the request was not as it should be; the command line was not;
 * Ctrl-C, as shells count it.
 */
const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Commander does not wrap this: no line is longer than 80. */
const AFTER = `
Files are recognised by their bytes: pandas HDF5 (fixed and table), Parquet,
Arrow, qlib folders; CSV by its name. Write instruments as 000001.SZ or
SZ000001, fields with or without $, dates as 2020-03-02 or 20200302.

Examples:
  aistock-data describe daily_pv.h5
  aistock-data window daily_pv.h5 -u 000001.SZ,600000.SH -n 20 -f close,volume
  aistock-data eval daily_pv.h5 'ma5=Mean($close,5)' --out ma5.parquet
  aistock-data window daily_pv.h5 -s 2020-01-01 --format csv > window.csv

Exit codes: 0 done, 1 the data or the request is at fault, 2 the command line
is, 130 Ctrl-C.`;

/** Runs the command line with these arguments and gives its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("aistock-data")
    .description(
      "Inspects, slices, joins and converts tables of quant research, keyed by (datetime, instrument).",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or that of a command")
    .helpCommand("help [command]", "print this help, or that of a command")
    .configureHelp({ subcommandTerm: (command) => command.name() }) // with their arguments they leave no room to wrap
    .showSuggestionAfterError()
    .addHelpText("after", AFTER)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `${visible(
            text
              .trimEnd()
              .replace(/^error: /, "aistock-data: ")
              .replaceAll("\n", " "),
          )}\n`,
        ),
    });
  let code: number = EXIT.ok;
  for (const command of [
    describeCommand(),
    windowCommand(),
    plotCommand(),
    convertCommand(),
    evalCommand(),
    alpha158Command(),
    operatorsCommand(),
    joinCommand(),
    checkCommand(() => {
      code = EXIT.failed;
    }),
    backtestCommand(),
    validateCommand(() => {
      code = EXIT.failed;
    }),
    fieldsCommand(),
    sqlCommand(),
    serveCommand(),
    serveResultsCommand(),
    backfillCommand(() => {
      code = EXIT.failed;
    }),
    syncCommand(() => {
      code = EXIT.failed;
    }),
    trainDataCommand(),
    cacheCommand(),
    sampleCommand(),
  ]) {
    program.addCommand(command.exitOverride().copyInheritedSettings(program));
  }
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof DataServiceError) say(messageOf(error));
    else if (isSystemError(error)) say(error.message);
    else tellBeside(faultText(error));
    if (!(error instanceof DataServiceError)) return EXIT.failed;
    if (error.code === "cancelled") return EXIT.interrupted;
    return error.code === "bad-request" ? EXIT.usage : EXIT.failed;
  }
}

/** Only what a program did wrong shows where it did, for whoever repairs it. */
function faultText(error: unknown): string {
  const where = error instanceof Error ? error.stack : String(error);
  return `aistock-data: a fault of this program; please report these lines and the command\n${where}\n`;
}
