import { Command, Option } from "commander";
import { parsePathMap } from "../research/path-map.js";
import type { SyncOptions, SyncReport } from "../research/sync/sync.js";
import { groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { untilInterrupted } from "./interrupt.js";
import { mapPathOption } from "./serve-results.js";
import { say, tell } from "./tell.js";

interface SyncCommandOptions {
  readonly store: string;
  readonly mode: "full" | "incremental";
  readonly dryRun?: boolean;
  readonly token?: string;
  readonly mapPath?: string[];
}

/** @param onFailure called when a part could not be imported */
export function syncCommand(onFailure: () => void): Command {
  return new Command("sync")
    .summary("bring research results into the local store")
    .description(
      "Imports factors, strategies, loops, models and their files from a results API or a results folder, and prints what came. " +
        "What is the same is not written again; what the source no longer has is marked as gone; marks and notes stay. " +
        "A run that was cut off is simply run again.",
    )
    .argument("<source>", "the URL of a results API, a results folder, or registry.sqlite")
    .requiredOption("--store <store>", "an SQLite file, made if need be, or a postgres:// URL")
    .addOption(
      new Option("--mode <mode>", "read all, or only what may have changed")
        .choices(["full", "incremental"])
        .default("incremental"),
    )
    .option("--dry-run", "count what would come, and write nothing")
    .addOption(new Option("--token <text>", "for an API that asks for one").env("AISTOCK_DATA_TOKEN"))
    .addOption(mapPathOption())
    .action(async (source: string, { store: address, mapPath, ...options }: SyncCommandOptions) => {
      const [{ openStore }, { sync }] = await Promise.all([
        import("../research/store/open-store.js"),
        import("../research/sync/sync.js"),
      ]);
      const store = await openStore(address);
      try {
        const report = await untilInterrupted((signal) => {
          const request: SyncOptions = {
            ...options,
            signal,
            ...(mapPath && { pathMap: parsePathMap(mapPath) }),
          };
          return sync(source, store, request);
        });
        tell(accountText(report, options.dryRun ?? false));
        for (const { kind, problem } of report.problems) say(`${kind}: ${problem}`);
        if (report.problems.length > 0) onFailure();
      } finally {
        await store.close();
      }
    });
}

/** What became of the records of each kind. */
export function accountText(report: SyncReport, isDryRun: boolean): string {
  const columns = ["new", "changed", "same", "gone", "skipped", "refused"] as const;
  const rows = Object.entries(report.counts).map(([kind, counts]) => [
    kind.replaceAll("_", " "),
    ...columns.map((column) => groupDigits(counts[column])),
  ]);
  const unchanged = report.unchanged.map((kind) => kind.replaceAll("_", " ")).join(", ");
  const head = `${report.mode} import of ${report.source}${isDryRun ? ", written nowhere" : ""}\n`;
  const table =
    rows.length === 0
      ? []
      : layTable(["", ...columns], rows, ["left", "right", "right", "right", "right", "right", "right"]);
  return [head.trimEnd(), ...table, ...(unchanged === "" ? [] : [`as before: ${unchanged}`]), ""].join("\n");
}
