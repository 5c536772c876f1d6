import type { Cell } from "../columns/column.js";
import type { ColumnType } from "../columns/table.js";
import { numberText } from "../text/number-text.js";
import { formatNs } from "../time.js";

/**
 * A cell as JSON holds it: times are text, as are integers beyond 2^53; a float32 has the digits that give it back. NaN and
 * infinities, which JSON lacks, are for JSON.stringify to make null.
 */
export function jsonCell(cell: Cell, type: ColumnType): string | number | boolean | null {
  if (typeof cell === "number") return type === "float32" ? shortest(cell) : cell;
  if (typeof cell !== "bigint") return cell;
  if (type === "datetime") return formatNs(cell);
  return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
}

function shortest(value: number): number {
  return Number.isFinite(value) ? Number(numberText(value, "float32")) : value;
}
