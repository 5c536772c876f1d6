import type { Column } from "../columns/column.js";
import type { ColumnSource } from "../columns/table.js";
import { formatCell } from "../text/figures.js";

/** What is printed of a column: its cells, block by block. */
export type PrintedColumn = Pick<ColumnSource, "type" | "read">;
export type NamedColumn<C = PrintedColumn> = readonly [name: string, column: C];

/** The cells of the first `count` rows as people read them, row by row. */
export function cellTexts(columns: readonly NamedColumn<Column>[], count: number): string[][] {
  return Array.from({ length: count }, (_, row) =>
    columns.map(([, column]) => formatCell(column.at(row), column.type === "datetime")),
  );
}

/** Text and times begin, numbers end at the same place. */
export function alignment(columns: readonly NamedColumn[]): ("left" | "right")[] {
  return columns.map(([, { type }]) => (type === "string" || type === "datetime" ? "left" : "right"));
}
