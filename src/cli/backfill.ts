import { Command, Option } from "commander";
import type { BackfillOptions, BackfillReport } from "../research/backfill/backfill.js";
import { parsePathMap } from "../research/path-map.js";
import { groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { untilInterrupted } from "./interrupt.js";
import { count } from "./options.js";
import { mapPathOption } from "./serve-results.js";
import { tell } from "./tell.js";

interface BackfillCommandOptions extends Omit<BackfillOptions, "market" | "pathMap"> {
  readonly registry: string;
  readonly market?: string;
  readonly mapPath?: string[];
}

/** @param onFailure called when a workspace could not be filled */
export function backfillCommand(onFailure: () => void): Command {
  return new Command("backfill")
    .summary("fill what research left undone in its workspaces and registry")
    .description(
      "Writes missing factor_meta, factor_perf, feedback and workspace files and charts, registers artifacts, sets has_result, " +
        "and prints what each workspace got or lacks. A second run changes nothing. --mode check and --dry-run write nothing.",
    )
    .requiredOption("--registry <path>", "registry.sqlite")
    .addOption(
      new Option("--mode <mode>", "all workspaces, those due, only those pending, or only look")
        .choices(["full", "incremental", "check", "materialize-pending"])
        .default("incremental"),
    )
    .option("--all-task-runs", "full: of all tasks")
    .option("--task-run-id <id>", "of this task")
    .option("--since-date <date>", "workspaces changed on or after it")
    .addOption(new Option("--max-loops <count>", "so many loops").argParser(count))
    .option("--only-experiment-workspace", "leave a loop's other workspaces out")
    .option("--log-root <folder>", "where logs are, for tasks that name none")
    .option("--workspace-root <folder>", "where workspaces are, by their names")
    .addOption(mapPathOption())
    .option("--market <file>", "check factors against these prices, for their figures")
    .option("--overwrite-json", "write JSON files again that are there")
    .option("--cleanup-existing", "remove artifacts that earlier writers registered for the same files")
    .option("--no-charts", "draw no equity and drawdown")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async ({ registry, market, mapPath, ...options }: BackfillCommandOptions) => {
      const { backfill } = await import("../research/backfill/backfill.js");
      const panel =
        market === undefined ? undefined : await (await import("../open/open-panel.js")).openPanel(market);
      const report = await untilInterrupted((signal) =>
        backfill(registry, {
          ...options,
          signal,
          ...(mapPath && { pathMap: parsePathMap(mapPath) }),
          ...(panel && { market: panel }),
        }),
      );
      tell(report.mode === "check" ? checkText(report) : outcomeText(report, options.dryRun ?? false));
      if (report.workspaces.some(({ error }) => error !== undefined)) onFailure();
    });
}

function outcomeText(report: BackfillReport, isDryRun: boolean): string {
  const rows = report.workspaces.map((one) => [
    `${one.taskRunId}/${one.loopId}`,
    one.workspaceId,
    one.hasResult ? "yes" : "no",
    String(one.written?.length ?? 0),
    String(one.registered),
    one.error ?? one.reason ?? one.resultReason ?? "",
  ]);
  const table = layTable(["loop", "workspace", "result", "files", "rows", "lacks"], rows, [
    "left",
    "left",
    "left",
    "right",
    "right",
    "left",
  ]);
  const verb = isDryRun ? "would be written" : "written";
  const sum = `${groupDigits(report.filesWritten)} files ${verb}, ${groupDigits(report.rowsWritten)} rows registered, ${groupDigits(report.loopsChanged)} loops changed`;
  return `${[...table, sum].join("\n")}\n`;
}

function checkText(report: BackfillReport): string {
  const rows = report.checks.map((one) => [
    `${one.taskRunId}/${one.loopId}`,
    one.workspaceId,
    one.exists ? (one.hasResult ? "yes" : "no") : "folder is away",
    Object.entries(one.files)
      .filter(([, { state }]) => state !== "whole")
      .map(([name, { state }]) => `${name}${state === "broken" ? " (broken)" : ""}`)
      .join(", "),
  ]);
  return `${layTable(["loop", "workspace", "result", "missing"], rows, ["left", "left", "left", "left"]).join("\n")}\n`;
}
