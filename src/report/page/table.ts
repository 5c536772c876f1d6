import { type Bilingual, both } from "./bilingual.js";
import { type Html, html, Html as Markup } from "./html.js";

export interface TableColumn<Row> {
  readonly heading: Bilingual;
  /** Numbers are aligned right and sorted as numbers; `text` may wrap. */
  readonly kind: "name" | "number" | "text";
  /** What the cell shows; absent figures are shown as absent. */
  cell(row: Row): Html | string;
  /** What it is sorted by, where that is not the text shown; undefined goes last. */
  value?(row: Row): number | string | undefined;
}

export interface TableParts<Row> {
  /** Unique in the page. */
  readonly id: string;
  readonly caption: Bilingual;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** Whether a text filters the rows. */
  readonly filter?: boolean;
}

/** A table whose headings sort it. */
export function table<Row>({ id, caption, columns, rows, filter = false }: TableParts<Row>): Html {
  const head = columns.map(
    ({ heading, kind }) =>
      html`<th scope="col" class="${kind}"><button type="button">${both(heading)}</button></th>`,
  );
  const body = rows.map((row) => html`<tr>${columns.map((column) => cell(column, row))}</tr>\n`);
  return html`${filter && filterOf(id)}
<div class="scroll" tabindex="0"><table id="${id}" aria-label="${caption.en} / ${caption.zh}">
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function cell<Row>(column: TableColumn<Row>, row: Row): Html {
  const value = column.value?.(row);
  const sorted = column.value === undefined ? undefined : html` data-value="${sortText(value)}"`;
  return html`<td class="${column.kind}"${sorted}>${column.cell(row)}</td>`;
}

const sortText = (value: number | string | undefined): string =>
  value === undefined || Number.isNaN(value) ? "" : String(value);

function filterOf(id: string): Html {
  const hint = { en: "Filter rows", zh: "筛选行" };
  return html`<div class="tools"><input type="search" data-filters="${id}" placeholder="${hint.en}" aria-label="${hint.en} / ${hint.zh}"
 data-says="placeholder" data-en="${hint.en}" data-zh="${hint.zh}"></div>`;
}

/** A small table of names and values that is not sorted. */
export function facts(pairs: readonly (readonly [Bilingual, Html | string])[]): Html {
  return html`<dl class="facts">${pairs.map(([name, value]) => html`<dt>${both(name)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** The markup of a figure that is not there. */
export const ABSENT = Markup.trusted('<span class="muted" aria-label="none">–</span>');
