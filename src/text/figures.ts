import { formatNs } from "../time.js";

/** `1,234,567` */
export function groupDigits(count: number): string {
  return count.toLocaleString("en-US");
}

/** `12.3%` of a share. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** A cell for people: up to 6 significant digits, as a DataFrame prints. */
export function formatCell(cell: number | bigint | boolean | string | null, isDatetime = false): string {
  if (cell === null) return isDatetime ? "NaT" : "<NA>";
  if (typeof cell === "bigint" && isDatetime) return formatNs(cell);
  if (typeof cell !== "number" || Number.isInteger(cell)) return String(cell);
  if (!Number.isFinite(cell)) return Number.isNaN(cell) ? "NaN" : cell > 0 ? "inf" : "-inf";
  const size = Math.abs(cell);
  return size >= 1e-4 && size < 1e15
    ? String(Number(cell.toPrecision(size >= 1e5 ? 9 : 6)))
    : cell.toExponential(5);
}
