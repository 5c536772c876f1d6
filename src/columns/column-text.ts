import { formatCell, groupDigits } from "../text/figures.js";
import type { Column } from "./column.js";

/** Cells shown of the beginning and of the end. */
const EDGE_CELLS = 3;

/** A Column as text: its type, how many cells, how many are missing, and the first and last. Cells in a file stay there. */
export function columnText(column: Column): string {
  const { type, length } = column;
  const size = `Column ${type}, ${groupDigits(length)} cell${length === 1 ? "" : "s"}`;
  if (!column.loaded) return `${size}, not read`;
  const isCut = length > 2 * EDGE_CELLS + 1;
  const cells = (first: number, last: number) =>
    Array.from({ length: last - first }, (_, i) => formatCell(column.at(first + i), type === "datetime"));
  const shown = isCut
    ? [...cells(0, EDGE_CELLS), "…", ...cells(length - EDGE_CELLS, length)]
    : cells(0, length);
  return `${size}, ${groupDigits(column.countMissing())} missing: [${shown.join(", ")}]`;
}
