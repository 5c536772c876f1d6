import { once } from "node:events";
import { Column } from "../columns/column.js";
import { datetimeColumn } from "../keys/key-columns.js";
import { listNames } from "../names/field.js";
import { jsonCell } from "../panel/cell-json.js";
import type { Panel } from "../panel/panel.js";
import { numberText } from "../text/number-text.js";
import { columnWidths, layRows } from "../text/text-table.js";
import { visibleLines } from "../text/visible.js";
import { formatNs } from "../time.js";
import { alignment, cellTexts, type NamedColumn, type PrintedColumn } from "./cell-texts.js";
import type { OutputFormat } from "./options.js";
import { say } from "./tell.js";
import { terminalTable } from "./terminal-table.js";
import { sentenceOf } from "./wording.js";

/**
 * Rows read and turned into text at a time, so that a long table starts to print at once and memory stays small. Cells
 * in a file are read once a block, not once a cell.
 */
const ROWS_AT_ONCE = 4096;

/** Prints all rows of a panel, the keys first. */
export async function writePanel(panel: Panel, format: OutputFormat): Promise<void> {
  const { index } = panel;
  const instruments: PrintedColumn = {
    type: "string",
    read: (first, last) => ({
      values: Array.from(index.codesOf(first, last), (code) => index.instruments[code]!),
    }),
  };
  const columns = panel.columnNames.flatMap((name): NamedColumn[] => {
    const column = panel.column(name);
    if (column.refusal === undefined) return [[name, column]];
    say(column.refusal);
    return [];
  });
  const keys: NamedColumn[] = [
    ["datetime", datetimeColumn(index)],
    ["instrument", instruments],
  ];
  await writeColumns([...keys, ...columns], panel.rowCount, format);
}

/** Codes that are named where some are not there. */
const MOST_CODES = 10;

/** Tells beside the output which codes a panel was to have and has not, and what it notes of how it was made. */
export function sayNotes({ unknownInstruments, info }: Panel, path: string): void {
  const shown = unknownInstruments.slice(0, MOST_CODES).join(", ");
  const more = unknownInstruments.length - MOST_CODES;
  if (shown !== "") say(`left out, not in ${path}: ${shown}${more > 0 ? ` and ${more} more` : ""}`);
  for (const sentence of new Set((info.notes ?? []).map(sentenceOf))) say(sentence);
}

/** Tells where a request has no rows what it could have had some of. */
export function sayEmpty({ rowCount }: Panel, { start, end, universe }: Asked, of: Panel): void {
  if (rowCount > 0) return;
  const whose = universe ? ` of ${listNames(universe, 3)}` : "";
  const between =
    start && end ? ` between ${start} and ${end}` : start ? ` from ${start} on` : end ? ` up to ${end}` : "";
  say(`no rows${whose}${between}; the data span ${of.index.spanText()}`);
}

interface Asked {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly universe?: readonly string[] | undefined;
}

/**
 * Prints columns on stdout: a table for people, CSV, or a JSON array of row objects. All rows, but that a terminal
 * shows of a table what fits.
 */
export async function writeColumns(
  columns: readonly NamedColumn[],
  rowCount: number,
  format: OutputFormat,
): Promise<void> {
  const { isTTY, columns: width } = process.stdout;
  if (format === "table" && isTTY && width > 0) {
    await print(terminalTable(columns, rowCount, width));
    return;
  }
  const writer = WRITERS[format](columns);
  await print(writer.before);
  for (let first = 0; first === 0 || first < rowCount; first += ROWS_AT_ONCE) {
    const last = Math.min(first + ROWS_AT_ONCE, rowCount);
    const block = columns.map(([name, column]): NamedColumn<Column> => {
      const { values, mask } = column.read(first, last);
      return [name, Column.of(column.type, values, mask)];
    });
    await print(writer.rows(block, last - first, first));
  }
  await print(writer.after);
}

/** How a format prints: what comes before the rows, blocks of rows (one, where there are none), and what ends them. */
interface Writer {
  readonly before: string;
  rows(block: readonly NamedColumn<Column>[], count: number, first: number): string;
  readonly after: string;
}

const WRITERS: Readonly<Record<OutputFormat, (columns: readonly NamedColumn[]) => Writer>> = {
  table: tableWriter,
  csv: (columns) => ({
    before: `${columns.map(([name]) => csvCell(name)).join(",")}\n`,
    rows: (block, count) =>
      eachRow(count, (row) => `${block.map(([, column]) => csvCell(csvText(column, row))).join(",")}\n`),
    after: "",
  }),
  json: () => ({
    before: "[",
    rows: (block, count, first) =>
      eachRow(count, (row) => `${first + row === 0 ? "\n" : ",\n"}${jsonRow(block, row)}`),
    after: "\n]\n",
  }),
};

/** A table as wide as the rows that were printed: later blocks keep the widths of the ones before, or widen them. */
function tableWriter(columns: readonly NamedColumn[]): Writer {
  const header = columns.map(([name]) => name);
  const align = alignment(columns);
  let widths = columnWidths([header]);
  return {
    before: "",
    rows: (block, count, first) => {
      const rows = cellTexts(block, count);
      widths = columnWidths(rows, widths);
      return `${layRows(first === 0 ? [header, ...rows] : rows, widths, align).join("\n")}\n`;
    },
    after: "",
  };
}

function eachRow(count: number, text: (row: number) => string): string {
  let all = "";
  for (let row = 0; row < count; row++) all += text(row);
  return all;
}

/** Missing cells are empty, as pandas writes them; a float32 has the digits that give it back exactly. */
function csvText(column: Column, row: number): string {
  const cell = column.at(row);
  if (cell === null || Number.isNaN(cell)) return "";
  if (typeof cell === "bigint" && column.type === "datetime") return formatNs(cell);
  return typeof cell === "number" ? numberText(cell, column.type) : String(cell);
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** NaN and infinities, which JSON lacks, are null; integers beyond 2^53 are strings. */
function jsonRow(columns: readonly NamedColumn<Column>[], row: number): string {
  const cells = columns.map(
    ([name, column]) => `${JSON.stringify(name)}:${JSON.stringify(jsonCell(column.at(row), column.type))}`,
  );
  return `{${cells.join(",")}}`;
}

/** A terminal obeys control characters; what reads a pipe has the bytes as the format has them. */
async function print(text: string): Promise<void> {
  const { isTTY } = process.stdout;
  if (!process.stdout.write(isTTY ? visibleLines(text) : text)) await once(process.stdout, "drain");
}
