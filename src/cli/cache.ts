import { Command } from "commander";
import { cacheFolder, clearCache, listCache } from "../cache/cache-folder.js";
import { groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { tell } from "./tell.js";

export function cacheCommand(): Command {
  return new Command("cache")
    .summary("list or clear the columnar copies of slow files")
    .description(
      "Lists the columnar cache, or clears it. Clearing loses nothing: a copy is made again when it is asked for " +
        "(AISTOCK_DATA_CACHE=on, or openPanel's cache option).",
    )
    .argument("[action]", "list or clear", "list")
    .option("--folder <folder>", "the cache folder (default: aistock-data among the user's caches)")
    .action((action: string, { folder }: { folder?: string }, command: Command) => {
      if (action === "list") tell(listText(folder));
      else if (action === "clear") tell(`freed ${megabytes(clearCache(folder))}\n`);
      else command.error(`error: unknown action '${action}'; it is list or clear`);
    });
}

function listText(folder: string | undefined): string {
  const entries = listCache(folder);
  if (entries.length === 0) return `nothing cached in ${cacheFolder(folder)}\n`;
  const rows = entries.map(({ source, key, rowCount, columns, bytes, lastUsed }) => [
    key === undefined ? source : `${source} (${key})`,
    groupDigits(rowCount),
    String(columns.length),
    megabytes(bytes),
    lastUsed.toISOString().slice(0, 16).replace("T", " "),
  ]);
  const header = ["source", "rows", "columns", "size", "last used (UTC)"];
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const table = layTable(header, rows, ["left", "right", "right", "right", "left"]);
  return `${[...table, "", `${cacheFolder(folder)}: ${megabytes(total)}`].join("\n")}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
