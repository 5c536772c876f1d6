import { once } from "node:events";
import type { Cell, Column } from "../panel/column.js";
import type { Panel } from "../panel/panel.js";
import { formatCell, keyText } from "../panel/print.js";
import { layTable } from "../panel/text-table.js";
import { isoNs } from "../time.js";
import type { OutputFormat } from "./options.js";

/** Rows turned into text at a time, so that a long window starts to print at once and memory stays small. */
const ROWS_AT_ONCE = 4096;

/** Prints all rows of a panel on stdout: a table for people, CSV, or a JSON array of row objects. */
export async function writePanel(panel: Panel, format: OutputFormat): Promise<void> {
  const names = panel.columnNames;
  const columns = names.map((name) => panel.column(name));
  if (format === "table") return print(`${tableText(panel, names, columns)}\n`);
  if (format === "csv") await print(`${["datetime", "instrument", ...names].map(csvCell).join(",")}\n`);
  else await print("[");
  for (let first = 0; first < panel.rowCount; first += ROWS_AT_ONCE) {
    const last = Math.min(first + ROWS_AT_ONCE, panel.rowCount);
    let text = "";
    for (let row = first; row < last; row++) {
      const key = keyText(panel, row);
      if (format === "csv")
        text += `${[...key, ...columns.map((c) => csvText(c, row))].map(csvCell).join(",")}\n`;
      else text += `${row === 0 ? "\n" : ",\n"}${jsonRow(key, names, columns, row)}`;
    }
    await print(text);
  }
  if (format === "json") await print("\n]\n");
}

function tableText(panel: Panel, names: readonly string[], columns: readonly Column[]): string {
  const rows = Array.from({ length: panel.rowCount }, (_, row) => [
    ...keyText(panel, row),
    ...columns.map((column) => formatCell(column.at(row), column.type === "datetime")),
  ]);
  const align = columns.map((column): "left" | "right" => (column.type === "string" ? "left" : "right"));
  return layTable(["datetime", "instrument", ...names], rows, ["left", "left", ...align]).join("\n");
}

/** Missing cells are empty, as pandas writes them; a float32 has the digits that give it back exactly. */
function csvText(column: Column, row: number): string {
  const cell = column.at(row);
  if (cell === null || Number.isNaN(cell)) return "";
  if (typeof cell === "bigint" && column.type === "datetime") return isoNs(cell);
  return typeof cell === "number" ? numberText(cell, column) : String(cell);
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** NaN and infinities, which JSON lacks, are null; integers beyond 2^53 are strings. */
function jsonRow(
  [datetime, instrument]: [string, string],
  names: readonly string[],
  columns: readonly Column[],
  row: number,
): string {
  const cells = names.map(
    (name, c) => `${JSON.stringify(name)}:${jsonCell(columns[c]!.at(row), columns[c]!)}`,
  );
  return `{${[`"datetime":${JSON.stringify(datetime)}`, `"instrument":${JSON.stringify(instrument)}`, ...cells].join(",")}}`;
}

function jsonCell(cell: Cell, column: Column): string {
  if (typeof cell === "number") return Number.isFinite(cell) ? numberText(cell, column) : "null";
  if (typeof cell !== "bigint") return JSON.stringify(cell);
  if (column.type === "datetime") return JSON.stringify(isoNs(cell));
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
