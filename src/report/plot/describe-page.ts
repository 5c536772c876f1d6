import { isNumeric } from "../../columns/floats.js";
import { type ColumnDescription, describePanel } from "../../panel/describe.js";
import type { Panel } from "../../panel/panel.js";
import { groupDigits, percent } from "../../text/figures.js";
import { barsChart } from "../charts/bars.js";
import { both, same } from "../page/bilingual.js";
import { figure } from "../page/figure.js";
import type { Html } from "../page/html.js";
import { html } from "../page/html.js";
import { page } from "../page/page.js";
import { facts, table } from "../page/table.js";
import { coverageOf } from "./coverage-of-panel.js";
import { binNames, histogramOf } from "./histogram.js";

const MOST_HISTOGRAMS = 12;
const BINS = 40;

/** What a panel holds, as a page: figures, columns, coverage over time, distributions. Reads all columns. */
export async function describePage(panel: Panel): Promise<string> {
  const d = describePanel(panel);
  const readable = d.columns.flatMap(({ name, unreadable }) => (unreadable === undefined ? [name] : []));
  const span = d.first === undefined ? "–" : `${d.first} .. ${d.last}${d.timezone ? ` ${d.timezone}` : ""}`;
  const body = [
    facts([
      [{ en: "Rows", zh: "行数" }, groupDigits(d.rows)],
      [{ en: "Span", zh: "区间" }, span],
      [{ en: "Sessions", zh: "交易日" }, groupDigits(d.sessions)],
      [{ en: "Instruments", zh: "标的" }, groupDigits(d.instruments)],
      [{ en: "Coverage", zh: "覆盖率" }, percent(d.coverage)],
      [
        { en: "End before the last session", zh: "提前结束" },
        `${groupDigits(d.ended.length)} (${percent(d.endedShare)})`,
      ],
    ]),
    html`<h2>${both({ en: "Columns", zh: "列" })}</h2>`,
    columnTable(d.columns),
    ...(panel.rowCount === 0 ? [] : await figures(panel.select(readable))),
  ];
  return page({ title: same(d.source ?? "panel"), body });
}

function columnTable(columns: readonly ColumnDescription[]): Html {
  return table({
    id: "columns",
    caption: { en: "Columns", zh: "列" },
    filter: columns.length > 12,
    rows: columns,
    columns: [
      { heading: { en: "Name", zh: "名称" }, kind: "name", cell: ({ name }) => name },
      { heading: { en: "Type", zh: "类型" }, kind: "name", cell: ({ type }) => type },
      {
        heading: { en: "Missing", zh: "缺失" },
        kind: "number",
        cell: ({ missing }) => (missing === undefined ? "–" : groupDigits(missing)),
        value: ({ missing }) => missing ?? Number.NaN,
      },
      {
        heading: { en: "Share", zh: "占比" },
        kind: "number",
        cell: ({ missingShare }) => (missingShare === undefined ? "–" : percent(missingShare)),
        value: ({ missingShare }) => missingShare ?? Number.NaN,
      },
    ],
  });
}

async function figures(panel: Panel): Promise<Html[]> {
  const coverage = await figure({
    caption: { en: "Share of cells that are there", zh: "有值的单元格占比" },
    chart: coverageOf(panel),
    size: { width: 1140, height: 90 + 26 * (panel.columnNames.length + 1) },
    wide: true,
  });
  const drawn: Html[] = [];
  for (const name of panel.columnNames) {
    if (!isNumeric(panel.column(name).type) || drawn.length === MOST_HISTOGRAMS) continue;
    const histogram = histogramOf(panel.column(name).floats(), BINS);
    if (histogram.cells === 0) continue;
    const label = `${name}: ${groupDigits(histogram.cells)} finite cells`;
    const bars = [{ name, values: histogram.counts }];
    const chart = barsChart({ label, categories: binNames(histogram), bars, dense: true });
    drawn.push(await figure({ caption: same(name), chart }));
  }
  return [
    html`<h2>${both({ en: "Over time", zh: "随时间" })}</h2><div class="figures">${coverage}</div>`,
    html`<h2>${both({ en: "Distributions", zh: "分布" })}</h2><div class="figures">${drawn}</div>`,
  ];
}
