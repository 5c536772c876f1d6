import type { Column } from "../columns/column.js";
import { indexSizes } from "../keys/index-text.js";
import { formatCell, groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { formatNs } from "../time.js";
import type { Panel } from "./panel.js";

/** Rows shown at the head and at the tail. */
const EDGE_ROWS = 5;
/** Columns shown in full; more are listed by name only. */
const MOST_COLUMNS = 12;
/** What is still in a file is read to count missing cells when it has no more rows than this. */
const COUNT_UP_TO_ROWS = 1_000_000;

/** A Panel as text: size and span, each column's type and missing cells, and head and tail as a DataFrame has. */
export function printPanel(panel: Panel): string {
  const { indexWithRepeats: index } = panel;
  const names = panel.columnNames;
  const shown = names.slice(0, MOST_COLUMNS);
  const source = panel.info.source ? ` ${panel.info.source}` : "";
  const [rows, sessions, instruments] = indexSizes(index);
  const size = [rows, plural(names.length, "column"), sessions, instruments];
  const zone = index.timezone ? ` ${index.timezone}` : "";
  const lines = [`Panel${source}: ${size.join(", ")}`, `  ${index.spanText()}${zone}`];
  if (names.length > 0) lines.push("", ...indent(describeColumns(panel, shown)));
  if (names.length > shown.length)
    lines.push(`  … and ${plural(names.length - shown.length, "more column")}`);
  const readable = shown.filter((name) => panel.column(name).refusal === undefined);
  if (index.rowCount > 0) lines.push("", ...indent(headAndTail(panel, readable)));
  const refusals = shown.flatMap((name) => panel.column(name).refusal ?? []);
  if (refusals.length > 0) lines.push("", ...indent(refusals));
  return lines.join("\n");
}

function describeColumns(panel: Panel, names: readonly string[]): string[] {
  const rows = names.map((name) => {
    const column = panel.column(name);
    return [name, column.type, missingText(column)];
  });
  return layTable(["column", "type", "missing"], rows, ["left", "left", "right"]);
}

function missingText(column: Column): string {
  if (column.refusal !== undefined) return "cannot be read";
  if (!column.loaded && column.length > COUNT_UP_TO_ROWS) return "not read";
  const missing = column.countMissing();
  const share = column.length > 0 ? ` (${((100 * missing) / column.length).toFixed(1)}%)` : "";
  return `${groupDigits(missing)}${missing > 0 ? share : ""}`;
}

function headAndTail(panel: Panel, names: readonly string[]): string[] {
  const n = panel.rowCount;
  const cut = n > 2 * EDGE_ROWS + 1;
  const rows = cut ? [...range(0, EDGE_ROWS), -1, ...range(n - EDGE_ROWS, n)] : range(0, n);
  const cells = rows.map((row) => {
    if (row < 0) return ["…", "…", ...names.map(() => "…")];
    return [...keyText(panel, row), ...names.map((name) => cellText(panel.column(name), row))];
  });
  const align = [
    "left",
    "left",
    ...names.map((name) => (panel.column(name).type === "string" ? "left" : "right")),
  ];
  return layTable(["datetime", "instrument", ...names], cells, align as ("left" | "right")[]);
}

/** The key of a row as text: `2020-03-02` (with the time of day, if any) and the instrument. */
function keyText(panel: Panel, row: number): [string, string] {
  const index = panel.indexWithRepeats;
  const code = index.codesOf(row, row + 1)[0]!;
  return [formatNs(index.datetimes[index.sessionOf(row)]!), index.instruments[code]!];
}

function cellText(column: Column, row: number): string {
  return formatCell(column.at(row), column.type === "datetime");
}

function plural(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first }, (_, i) => first + i);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
