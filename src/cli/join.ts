import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { checkTarget, replaceWhenWhole } from "../formats/write.js";
import { type JoinOptions, joinPanels } from "../join/join-panels.js";
import type { JoinLedger } from "../join/ledger.js";
import { openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";
import { formatOption, type OutputFormat } from "./options.js";
import { sayNotes, writePanel } from "./output.js";
import { withProgress } from "./progress.js";
import { outOption } from "./target.js";
import { writtenTo } from "./written.js";

interface JoinCliOptions {
  readonly how: NonNullable<JoinOptions["how"]>;
  readonly onConflict: NonNullable<JoinOptions["onConflict"]>;
  readonly maxLoss?: number;
  readonly ledger?: string;
  readonly out?: string;
  readonly format: OutputFormat;
}

export function joinCommand(): Command {
  return new Command("join")
    .summary("join files into one table, with an account of what matched")
    .description(
      "Joins files by (datetime, instrument) in one pass and writes the table to --out or prints it. The ledger (what " +
        "matched, and why the rest did not) goes to stdout with --out and to stderr without.",
    )
    .argument(
      "<files...>",
      "the files to join; the first gives the rows of a left join and the spelling of codes",
    )
    .addOption(
      new Option(
        "--how <how>",
        "which rows: the first file's, those in all files, those in any, the last file's",
      )
        .choices(["left", "inner", "outer", "right"])
        .default("left"),
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
    .action(async (files: string[], { out, format, ledger: account, ...options }: JoinCliOptions) => {
      const begun = performance.now();
      const title = out === undefined ? "joining" : `→ ${out}`;
      const { panel, ledger } = await withProgress(title, async (onProgress) => {
        const panels: Panel[] = [];
        for (const file of files) panels.push(await openPanel(file, { onProgress }));
        const joined = joinPanels(panels, options);
        if (out !== undefined) await joined.panel.write(out, { onProgress });
        if (account !== undefined) await writeLedger(account, joined.ledger);
        return joined;
      });
      (out === undefined ? process.stderr : process.stdout).write(`${ledger}\n`);
      sayNotes(panel, "any of the files");
      if (out === undefined) await writePanel(panel, format);
      else process.stderr.write(writtenTo(out, panel, begun));
    });
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
