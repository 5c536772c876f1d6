import { Column } from "../columns/column.js";
import { groupDigits } from "../text/figures.js";
import { columnWidths, layRows } from "../text/text-table.js";
import { alignment, cellTexts, type NamedColumn } from "./cell-texts.js";

/** A table of more rows is shown by its first and last ones, as many of either. */
const MOST_ROWS = 40;
const CUT = "…";
/** Between two columns. */
const GAP = 2;

/**
 * A table as a terminal of `width` places shows it whole: of a long one the rows, of a wide one the columns at either
 * end, as pandas prints a DataFrame. Only the cells that are shown are read.
 */
export function terminalTable(columns: readonly NamedColumn[], rowCount: number, width: number): string {
  const edge = rowCount > MOST_ROWS ? MOST_ROWS / 2 : rowCount;
  const last = Math.max(edge, rowCount - edge);
  const head = cellTexts(readRows(columns, 0, edge), edge);
  const tail = cellTexts(readRows(columns, last, rowCount), rowCount - last);
  const cut = last > edge ? [columns.map(() => CUT)] : [];
  const table = [columns.map(([name]) => name), ...head, ...cut, ...tail];
  const shown = columnsThatFit(columnWidths(table), width);
  const pick = <T>(cells: readonly T[], between: T): T[] => shown.map((c) => cells[c] ?? between);
  const rows = table.map((cells) => pick(cells, CUT));
  const lines = layRows(rows, columnWidths(rows), pick(alignment(columns), "right"));
  const shownColumns = shown.filter((c) => c >= 0).length;
  const notAll = [
    ...(cut.length > 0 ? [`${2 * edge} of ${groupDigits(rowCount)} rows`] : []),
    ...(shownColumns < columns.length ? [`${shownColumns} of ${groupDigits(columns.length)} columns`] : []),
  ];
  if (notAll.length > 0) lines.push("", `${notAll.join(", ")}; all with "| less -S", or --format csv`);
  return `${lines.join("\n")}\n`;
}

function readRows(columns: readonly NamedColumn[], first: number, last: number): NamedColumn<Column>[] {
  return columns.map(([name, column]) => {
    const { values, mask } = column.read(first, last);
    return [name, Column.of(column.type, values, mask)];
  });
}

/** The columns at either end that fit into `width`, and -1 for those between them. Those at the beginning come first. */
function columnsThatFit(widths: readonly number[], width: number): number[] {
  const all = widths.map((_, c) => c);
  if (widths.reduce((sum, one) => sum + one + GAP, -GAP) <= width) return all;
  let [left, right, room] = [0, widths.length, width - CUT.length];
  for (let takeLeft = true; left < right; takeLeft = !takeLeft) {
    const need = widths[takeLeft ? left : right - 1]! + GAP;
    if (need > room && left > 0) break;
    room -= need;
    if (takeLeft) left++;
    else right--;
  }
  return [...all.slice(0, left), -1, ...all.slice(right)];
}
