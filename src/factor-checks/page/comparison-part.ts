import { both } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals } from "../../report/page/numbers.js";
import { facts } from "../../report/page/table.js";
import type { ColumnComparison, ComparedCell, Comparison } from "../factor-report.js";

/** Two sources side by side: rows, cells by how they compare, and why they differ. */
export function comparisonPart(comparison: Comparison): Html {
  const { left, right, explanation, columns, rdagent, replay } = comparison;
  return html`<h3>${both({ en: "Against the record", zh: "与记录对比" })}</h3>
${facts([
  [{ en: "Compared", zh: "对比" }, html`<code>${left.text}</code> ↔ <code>${right.text}</code>`],
  [
    { en: "Rows", zh: "行" },
    both({
      en: `${comparison.rowsInBoth} in both; ${comparison.rowsOnlyLeft} only left, ${comparison.rowsOnlyRight} only right`,
      zh: `共有 ${comparison.rowsInBoth}；仅左 ${comparison.rowsOnlyLeft}，仅右 ${comparison.rowsOnlyRight}`,
    }),
  ],
  [{ en: "Why they differ", zh: "差异原因" }, both({ en: explanation.sentence, zh: explanation.sentenceZh })],
  [
    { en: "RD-Agent's evaluator", zh: "RD-Agent 评估器" },
    both({
      en: rdagent ? (rdagent.passes ? "would pass it" : "would not pass it") : "has no column to compare",
      zh: rdagent ? (rdagent.passes ? "会通过" : "不会通过") : "没有可比的列",
    }),
  ],
  ...(replay
    ? [[{ en: "Smallest window that shows it", zh: "最小复现窗口" }, html`<code>${replay}</code>`] as const]
    : []),
])}
<div class="scroll"><table>
<thead><tr>${HEADINGS.map(([en, zh]) => html`<th class="number" scope="col">${both({ en, zh })}</th>`)}</tr></thead>
<tbody>${columns.map(columnRow)}</tbody></table></div>`;
}

const HEADINGS = [
  ["Column", "列"],
  ["Cells", "格"],
  ["Equal", "相等"],
  ["Rounding", "舍入"],
  ["Within tolerance", "容差内"],
  ["Apart", "不同"],
  ["Missing left", "左缺"],
  ["Missing right", "右缺"],
  ["Rank correlation", "秩相关"],
  ["Worst", "最大差异"],
] as const;

function columnRow(c: ColumnComparison): Html {
  const counts = [
    c.cells,
    c.equal,
    c.rounding,
    c.withinTolerance,
    c.apart,
    c.missingOnlyLeft,
    c.missingOnlyRight,
  ];
  return html`<tr><td>${c.column}</td>${counts.map((n) => html`<td class="number">${n}</td>`)}<td class="number">${decimals(c.rankCorrelation, 4)}</td><td>${c.worst && cellText(c.worst)}</td></tr>`;
}

const cellText = ({ datetime, instrument, left, right }: ComparedCell): string =>
  `${datetime} ${instrument}: ${left} / ${right}`;
