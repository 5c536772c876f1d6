import type { Panel } from "../../panel/panel.js";
import { formatCell, groupDigits } from "../../text/figures.js";
import { formatNs } from "../../time.js";
import { html } from "../page/html.js";

/** Rows shown at each end; columns shown in all. */
const EDGE_ROWS = 5;
const MOST_COLUMNS = 20;

/** A Panel as notebooks show it: head and tail as a table, and its size. Everything in it is escaped. */
export function panelHtml(panel: Panel): string {
  const { index, rowCount } = panel;
  const readable = panel.columnNames.filter((name) => panel.column(name).refusal === undefined);
  const names = readable.slice(0, MOST_COLUMNS);
  const left = panel.columnNames.length - names.length;
  const run = (first: number, last: number) => Array.from({ length: last - first }, (_, i) => first + i);
  const shown =
    rowCount <= 2 * EDGE_ROWS
      ? run(0, rowCount)
      : [...run(0, EDGE_ROWS), undefined, ...run(rowCount - EDGE_ROWS, rowCount)];
  const cellsOf = (row: number) => {
    const session = index.sessionOf(row);
    const code = index.codesOf(row, row + 1)[0]!;
    const keys = [formatNs(index.datetimes[session]!), index.instruments[code]!];
    const cells = names.map((name) => {
      const column = panel.column(name).slice(row, row + 1);
      return formatCell(column.at(0), column.type === "datetime");
    });
    return html`<tr>${keys.map((key) => html`<th>${key}</th>`)}${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  };
  const gap = html`<tr>${["datetime", "instrument", ...names].map(() => html`<td>…</td>`)}</tr>`;
  return html`<table><thead><tr>${["datetime", "instrument", ...names].map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${shown.map((row) => (row === undefined ? gap : cellsOf(row)))}</tbody></table>
<p>${groupDigits(rowCount)} × ${groupDigits(panel.columnNames.length)}${left > 0 && ` (${left} not shown)`}, ${index.spanText()}</p>`
    .text;
}
