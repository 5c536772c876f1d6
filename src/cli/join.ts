import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { checkTarget, replaceWhenWhole } from "../formats/write.js";
import { asofJoin, type Ties } from "../join/asof-join.js";
import { type JoinOptions, type JoinResult, joinPanels } from "../join/join-panels.js";
import type { JoinLedger } from "../join/ledger.js";
import { openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";
import { type OpeningOptions, openingOf, withOpening, withoutOpening } from "./opening.js";
import { formatOption, type OutputFormat } from "./options.js";
import { sayNotes, writePanel } from "./output.js";
import { withProgress } from "./progress.js";
import { outOption } from "./target.js";
import { tellBeside } from "./tell.js";
import { writtenTo } from "./written.js";

interface JoinCliOptions extends OpeningOptions {
  readonly how?: JoinOptions["how"];
  readonly asOf?: boolean;
  readonly tolerance?: string;
  readonly ties?: Ties;
  readonly onConflict: NonNullable<JoinOptions["onConflict"]>;
  readonly maxLoss?: number;
  readonly ledger?: string;
  readonly out?: string;
  readonly format: OutputFormat;
}

export function joinCommand(): Command {
  return withOpening(
    new Command("join")
      .summary("join files into one table, with an account of what matched")
      .description(
        "Joins files by (datetime, instrument) in one pass and writes the table to --out or prints it; with --as-of, each row " +
          "of the first gets the latest row of the second at or before its time, as for announcements. The ledger (what " +
          "matched, and why the rest did not) goes to stdout with --out and to stderr without.",
      )
      .argument(
        "<files...>",
        "the files to join; the first gives the rows of a left join and the spelling of codes",
      )
      .addOption(
        new Option(
          "--how <how>",
          "which rows: the first file's (default), those in all files, those in any, the last file's",
        ).choices(["left", "inner", "outer", "right"]),
      )
      .addOption(
        new Option(
          "--as-of",
          "two files: the latest row of the second at or before each of the first",
        ).conflicts("how"),
      )
      .option("--tolerance <age>", "with --as-of: how old that row may be, such as 30d or 90min")
      .addOption(
        new Option(
          "--ties <which>",
          "with --as-of: of several rows of one key, such as two reports of one day, which counts (default: last)",
        ).choices(["first", "last", "error"]),
      )
      .addOption(
        new Option("--on-conflict <what>", "what to do when several files have a column of the same name")
          .choices(["error", "suffix", "prefer-left", "prefer-right"])
          .default("error"),
      )
      .addOption(
        new Option(
          "--max-loss <share>",
          "fail if more than this share (0 to 1, or 5%) of the first file's rows finds no match",
        ).argParser(share),
      )
      .addOption(
        new Option("--ledger <file>", "also write the ledger to this file, as JSON").argParser(ledgerFile),
      )
      .addOption(outOption())
      .addOption(formatOption())
      .action(async (files: string[], given: JoinCliOptions, command: Command) => {
        const { out, format, ledger: account, ...options } = withoutOpening(given);
        refuseAsofOptions(command, options, files);
        const begun = performance.now();
        const title = out === undefined ? "joining" : `→ ${out}`;
        const { panel, ledger } = await withProgress(title, async (onProgress) => {
          const panels: Panel[] = [];
          for (const [i, file] of files.entries()) {
            const duplicates = options.asOf && i === 1 ? "keep" : "error";
            panels.push(await openPanel(file, { ...openingOf(given), duplicates, onProgress }));
          }
          const joined = joinFiles(panels, options);
          if (out !== undefined) await joined.panel.write(out, { onProgress });
          if (account !== undefined) await writeLedger(account, joined.ledger);
          return joined;
        });
        (out === undefined ? process.stderr : process.stdout).write(`${ledger}\n`);
        sayNotes(panel, "any of the files");
        if (out === undefined) await writePanel(panel, format);
        else tellBeside(writtenTo(out, panel, begun));
      }),
    "of each file: ",
  );
}

type HowToJoin = Omit<JoinCliOptions, keyof OpeningOptions | "ledger" | "out" | "format">;

function joinFiles(
  panels: readonly Panel[],
  { asOf, tolerance, ties, how, onConflict, maxLoss }: HowToJoin,
): JoinResult {
  if (!asOf) return joinPanels(panels, { how, onConflict, maxLoss });
  return asofJoin(panels[0]!, panels[1]!, { tolerance, ties, onConflict, maxLoss });
}

function refuseAsofOptions(command: Command, options: HowToJoin, files: readonly string[]): void {
  if (options.asOf) {
    if (files.length !== 2) command.error(`error: --as-of joins two files; ${files.length} are given`);
    return;
  }
  const alone = (["tolerance", "ties"] as const).find((name) => options[name] !== undefined);
  if (alone !== undefined) command.error(`error: --${alone} is for --as-of`);
}

/** A file to write, whatever its name, looked at before the work. @throws DataServiceError write-failed */
function ledgerFile(path: string): string {
  checkTarget(path, "file");
  return path;
}

async function writeLedger(path: string, ledger: JoinLedger): Promise<void> {
  await replaceWhenWhole(path, (temporary) => writeFile(temporary, `${JSON.stringify(ledger, null, 2)}\n`));
}

function share(text: string): number {
  const value = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value <= 1) || text.trim() === "") {
    throw new InvalidArgumentError("give a share from 0 to 1, or a percentage such as 5%.");
  }
  return value;
}
