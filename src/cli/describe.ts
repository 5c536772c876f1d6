import { Command } from "commander";
import { openPanel } from "../open/open-panel.js";
import { describePanel, type PanelDescription } from "../panel/describe.js";
import { writeText } from "../report/write-text.js";
import { groupDigits, percent } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { type OpeningOptions, openingOf, withOpening } from "./opening.js";
import { freqOption, keyOption } from "./options.js";
import { withProgress } from "./progress.js";
import { say, tell } from "./tell.js";

/** Names that ended early are listed up to here, and so many on a line. */
const MOST_ENDED = 5;
const ENDED_A_LINE = 3;

interface DescribeOptions extends OpeningOptions {
  readonly key?: string;
  readonly freq?: string;
  readonly json?: boolean;
  readonly html?: string;
}

export function describeCommand(): Command {
  return withOpening(
    new Command("describe")
      .summary("what a file holds: span, sessions, instruments, columns, missing cells")
      .description(
        "Prints what a file holds: rows, span, sessions, instruments, columns with type and share of missing cells, and the " +
          "instruments that end before the last session. Duplicate or missing keys are errors that say how many and which.",
      )
      .argument("<file>", "a pandas HDF5, Parquet, Arrow or CSV file, a qlib folder, or a folder of parts")
      .addOption(keyOption())
      .addOption(freqOption())
      .option("--json", "print the figures as JSON")
      .option("--html <file>", "write a page with coverage over time and distributions")
      .action(async (file: string, { json, html, key, freq, ...options }: DescribeOptions) => {
        const panel = await withProgress(`reading ${file}`, (onProgress) =>
          openPanel(file, { ...openingOf(options), key, freq, load: true, onProgress }),
        );
        if (html !== undefined) {
          const { describePage } = await import("../report/plot/describe-page.js");
          await writeText(html, await describePage(panel));
          say(`wrote ${html}`);
          return;
        }
        const description = describePanel(panel);
        tell(json ? `${JSON.stringify(description, null, 2)}\n` : descriptionText(description));
      }),
  );
}

/** The description for people. */
function descriptionText(d: PanelDescription): string {
  const span =
    d.first === undefined ? "empty" : `${d.first} .. ${d.last}${d.timezone ? ` ${d.timezone}` : ""}`;
  const facts = [
    ["rows", groupDigits(d.rows)],
    ["span", span],
    ["sessions", groupDigits(d.sessions)],
    ["instruments", groupDigits(d.instruments)],
    ["coverage", `${percent(d.coverage)} of sessions × instruments have a row`],
    ["keys", `${keysText(d)}, no duplicates, none missing; sorted on reading if the file is not`],
    ["left early", ...endedLines(d)],
  ];
  const width = Math.max(...facts.map(([name]) => name!.length));
  const lines = [
    d.source ?? "panel",
    ...facts.flatMap(([name, ...texts]) =>
      texts.map((text, line) => `  ${(line === 0 ? name! : "").padEnd(width)}  ${text}`),
    ),
    "",
  ];
  const grouped = d.columns.some((c) => c.group !== undefined);
  const header = ["column", "type", "missing", "share", ...(grouped ? ["group"] : [])];
  const rows = d.columns.map((c) => [
    c.name,
    c.unreadable === undefined ? c.type : "unreadable",
    c.missing === undefined ? "" : groupDigits(c.missing),
    c.missingShare === undefined ? "" : percent(c.missingShare),
    ...(grouped ? [c.group ?? ""] : []),
  ]);
  const table = layTable(header, rows, ["left", "left", "right", "right", "left"]);
  const unreadable = d.columns.flatMap((c) => (c.unreadable === undefined ? [] : [`  ${c.unreadable}`]));
  const why = unreadable.length > 0 ? ["", ...unreadable] : [];
  return `${[...lines, ...table.map((line) => `  ${line}`), ...why].join("\n")}\n`;
}

/** The keys, and what they are called in the file where that is something else. */
function keysText({ keys }: PanelDescription): string {
  if (keys === undefined) return "(datetime, instrument)";
  return `(datetime, instrument): "${keys.datetime}" and "${keys.instrument}" of the file`;
}

function endedLines({ ended, endedShare, instruments, rows }: PanelDescription): string[] {
  if (rows === 0) return ["none; there are no rows"];
  if (ended.length === 0) return ["none; every instrument has a row in the last session"];
  const shown = ended.slice(0, MOST_ENDED).map(({ instrument, last }) => `${instrument} (${last})`);
  const more = ended.length > shown.length ? [`and ${ended.length - shown.length} more`] : [];
  const names = [...shown, ...more].map((name, i, all) => (i < all.length - 1 ? `${name},` : name));
  const lines = [`${ended.length} of ${instruments} (${percent(endedShare)}) end before the last session:`];
  for (let i = 0; i < names.length; i += ENDED_A_LINE) lines.push(names.slice(i, i + ENDED_A_LINE).join(" "));
  return lines;
}
