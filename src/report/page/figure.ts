import { type Chart, type ChartSize, drawChart } from "../charts/draw-chart.js";
import { type Bilingual, both } from "./bilingual.js";
import { type Html, html, Html as Markup } from "./html.js";

export interface FigureParts {
  readonly caption: Bilingual;
  readonly chart: Chart;
  readonly size?: ChartSize;
  /** Across the page, not one of two. */
  readonly wide?: boolean;
  /** The figures that are drawn, as a table behind a fold, for those who cannot see the chart. */
  readonly data?: { readonly headings: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

const HALF: ChartSize = { width: 560, height: 280 };
const WIDE: ChartSize = { width: 1140, height: 320 };
/** Rows of the table behind the fold; more would double the page. */
const MOST_ROWS = 60;

/** A chart with its caption, in the colours of the page. */
export async function figure({ caption, chart, wide = false, size, data }: FigureParts): Promise<Html> {
  const svg = Markup.trusted(await drawChart(chart, size ?? (wide ? WIDE : HALF), "page"));
  return html`<figure class="${wide && "wide"}"><figcaption>${both(caption)}</figcaption>${svg}${data && folded(data)}</figure>`;
}

function folded({ headings, rows }: NonNullable<FigureParts["data"]>): Html {
  const shown = rows.slice(-MOST_ROWS);
  const left = rows.length - shown.length;
  return html`<details><summary>${both({ en: "As a table", zh: "数据表" })}${left > 0 && both({ en: ` (the last ${MOST_ROWS} of ${rows.length})`, zh: `（共 ${rows.length} 行，末 ${MOST_ROWS} 行）` })}</summary>
<div class="scroll"><table><thead><tr>${headings.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${shown.map((row) => html`<tr>${row.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody></table></div></details>`;
}
