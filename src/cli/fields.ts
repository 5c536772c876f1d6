import { Command } from "commander";
import { DataServiceError } from "../errors.js";
import type { SnapshotField } from "../snapshot/fields.js";
import { NO_PROVIDER } from "../snapshot/folder.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { layTable } from "../text/text-table.js";
import { say, tell } from "./tell.js";
import { messageOf } from "./wording.js";

export function fieldsCommand(): Command {
  return new Command("fields")
    .summary("the fields of a snapshot folder, with their meaning")
    .description(
      "Lists the fields of a folder's files with type, span, meaning, unit and source table, or only those that match " +
        "a pattern, in either language: fields DIR 市盈率, fields DIR pe_ttm.",
    )
    .argument("<dir>", "a snapshot folder")
    .argument("[pattern]", "text in a field's name, meaning, unit, source table or panel")
    .option("--freq <freq>", "only fields of this frequency, such as 1d or 1m")
    .option("--coverage", "read the columns and print the share of rows that have a value")
    .option("--json", "print as JSON")
    .action(
      async (
        dir: string,
        pattern: string | undefined,
        options: { freq?: string; coverage?: boolean; json?: boolean },
      ) => {
        const snapshot = await openSnapshot(dir);
        const unread = await unreadable(snapshot);
        if (unread.length === snapshot.panels().length) throw noTable(snapshot, unread);
        const fields = await snapshot.fields(pattern, { freq: options.freq, coverage: options.coverage });
        tell(options.json ? `${JSON.stringify(fields, null, 2)}\n` : fieldsText(fields));
        for (const { file, reason } of snapshot.skipped) say(`${file}: ${reason}`);
        for (const reason of unread) say(reason);
        if (fields.length === 0) say("no field matches");
      },
    );
}

/** Why panels cannot be opened, whose fields are not listed. */
async function unreadable(snapshot: Snapshot): Promise<string[]> {
  const reasons: string[] = [];
  for (const { name } of snapshot.panels()) {
    await snapshot.panel(name).catch((error: unknown) => {
      if (!(error instanceof DataServiceError)) throw error;
      reasons.push(messageOf(error));
    });
  }
  return reasons;
}

/** Of many files that are not tables it is enough to know the first. */
const MOST_REASONS = 8;

function noTable({ dir, skipped }: Snapshot, unread: readonly string[]): DataServiceError {
  const files = skipped.filter(({ reason }) => reason !== NO_PROVIDER);
  const reasons = [...unread, ...files.map(({ file, reason }) => `${file}: ${reason}`)];
  const shown = reasons.slice(0, MOST_REASONS).map((reason) => `\n  ${reason}`);
  const more = reasons.length > MOST_REASONS ? `\n  and ${reasons.length - MOST_REASONS} more` : "";
  return new DataServiceError("not-found", `no table in ${dir}${shown.join("")}${more}`, { path: dir });
}

function fieldsText(fields: readonly SnapshotField[]): string {
  if (fields.length === 0) return "";
  const coverage = fields.some((f) => f.coverage !== undefined);
  const header = [
    "ask for",
    "panel",
    "freq",
    "type",
    "span",
    ...(coverage ? ["coverage"] : []),
    "source",
    "unit",
    "meaning",
  ];
  const rows = fields.map((f) => [
    f.ask,
    f.panel,
    f.freq,
    f.type,
    f.first === undefined ? "empty" : `${f.first} .. ${f.last}`,
    ...(coverage ? [f.coverage === undefined ? "" : `${(100 * f.coverage).toFixed(1)}%`] : []),
    f.sourceTable ?? "",
    f.unit ?? "",
    f.meaning ?? "",
  ]);
  const align = header.map((name): "left" | "right" => (name === "coverage" ? "right" : "left"));
  return `${layTable(header, rows, align).join("\n")}\n`;
}
