import { Command } from "commander";
import { layTable } from "../panel/text-table.js";
import type { SnapshotField } from "../snapshot/fields.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { say } from "./wording.js";

export function fieldsCommand(): Command {
  return new Command("fields")
    .summary("the fields of a snapshot folder, with their meaning")
    .description(
      "Lists the fields of a folder's files with type, span, meaning, unit and source table, or those that match a " +
        "pattern, in either language: fields DIR 市盈率, fields DIR pe_ttm.",
    )
    .argument("<dir>", "a snapshot folder")
    .argument("[pattern]", "text in a field's name, meaning, unit, source table or file")
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
        const fields = await snapshot.fields(pattern, { freq: options.freq, coverage: options.coverage });
        process.stdout.write(options.json ? `${JSON.stringify(fields, null, 2)}\n` : fieldsText(fields));
        for (const { file, reason } of snapshot.skipped) say(`${file}: ${reason}`);
        if (fields.length === 0) say("no field matches");
      },
    );
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
