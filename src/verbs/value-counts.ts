import type { Cell } from "../columns/column.js";
import type { Panel } from "../panel/panel.js";
import { presentCells } from "./aggregation.js";

/** How many rows have a cell. */
export interface ValueCount {
  readonly value: Exclude<Cell, null>;
  readonly count: number;
}

/** @see Panel.valueCounts @throws DataServiceError unknown-field */
export function valueCounts(panel: Panel, name: string): ValueCount[] {
  const column = panel.column(name);
  const { values } = column;
  const present = presentCells(column);
  const counts = new Map<string | number | bigint, number>();
  for (let row = 0; row < values.length; row++) {
    if (!present(row)) continue;
    const value = values[row]!;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const isBool = column.type === "bool";
  return Array.from(counts, ([value, count]) => ({ value: isBool ? value === 1 : value, count })).sort(
    (a, b) => b.count - a.count || (a.value < b.value ? -1 : 1),
  );
}
