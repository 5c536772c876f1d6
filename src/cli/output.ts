import { once } from "node:events";
import { type Cell, Column } from "../panel/column.js";
import { datetimeColumn } from "../panel/key-columns.js";
import type { Panel } from "../panel/panel.js";
import { formatCell } from "../panel/print.js";
import { layTable } from "../panel/text-table.js";
import { formatNs } from "../time.js";
import type { OutputFormat } from "./options.js";

/** Rows turned into text at a time, so that a long table starts to print at once and memory stays small. */
const ROWS_AT_ONCE = 4096;

type NamedColumn = readonly [name: string, column: Column];

/** Prints all rows of a panel, the keys first. */
export async function writePanel(panel: Panel, format: OutputFormat): Promise<void> {
  const { index } = panel;
  const instruments = Array.from(index.codes, (code) => index.instruments[code]!);
  const keys: NamedColumn[] = [
    ["datetime", datetimeColumn(index)],
    ["instrument", Column.of("string", instruments)],
  ];
  const columns = panel.columnNames.map((name): NamedColumn => [name, panel.column(name)]);
  await writeColumns([...keys, ...columns], panel.rowCount, format);
}

/** Prints columns on stdout: a table for people, CSV, or a JSON array of row objects. */
export async function writeColumns(
  columns: readonly NamedColumn[],
  rowCount: number,
  format: OutputFormat,
): Promise<void> {
  const names = columns.map(([name]) => name);
  if (format === "table") return print(`${tableText(columns, rowCount)}\n`);
  await print(format === "csv" ? `${names.map(csvCell).join(",")}\n` : "[");
  for (let first = 0; first < rowCount; first += ROWS_AT_ONCE) {
    const last = Math.min(first + ROWS_AT_ONCE, rowCount);
    let text = "";
    for (let row = first; row < last; row++) {
      if (format === "csv") text += `${columns.map(([, c]) => csvCell(csvText(c, row))).join(",")}\n`;
      else text += `${row === 0 ? "\n" : ",\n"}${jsonRow(columns, row)}`;
    }
    await print(text);
  }
  if (format === "json") await print("\n]\n");
}

function tableText(columns: readonly NamedColumn[], rowCount: number): string {
  const rows = Array.from({ length: rowCount }, (_, row) =>
    columns.map(([, column]) => formatCell(column.at(row), column.type === "datetime")),
  );
  const align = columns.map(([, { type }]): "left" | "right" =>
    type === "string" || type === "datetime" ? "left" : "right",
  );
  const header = columns.map(([name]) => name);
  return layTable(header, rows, align).join("\n");
}

/** Missing cells are empty, as pandas writes them; a float32 has the digits that give it back exactly. */
function csvText(column: Column, row: number): string {
  const cell = column.at(row);
  if (cell === null || Number.isNaN(cell)) return "";
  if (typeof cell === "bigint" && column.type === "datetime") return formatNs(cell);
  return typeof cell === "number" ? numberText(cell, column) : String(cell);
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** NaN and infinities, which JSON lacks, are null; integers beyond 2^53 are strings. */
function jsonRow(columns: readonly NamedColumn[], row: number): string {
  const cells = columns.map(
    ([name, column]) => `${JSON.stringify(name)}:${jsonCell(column.at(row), column)}`,
  );
  return `{${cells.join(",")}}`;
}

function jsonCell(cell: Cell, column: Column): string {
  if (typeof cell === "number") return Number.isFinite(cell) ? numberText(cell, column) : "null";
  if (typeof cell !== "bigint") return JSON.stringify(cell);
  if (column.type === "datetime") return JSON.stringify(formatNs(cell));
  return Number.isSafeInteger(Number(cell)) ? String(cell) : `"${cell}"`;
}

/** The shortest digits that give the number back: of a float32, those of its own 32 bits. */
function numberText(value: number, column: Column): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (column.type !== "float32" || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
