import { both } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals, percents } from "../../report/page/numbers.js";
import { ABSENT, type TableColumn, table } from "../../report/page/table.js";
import type { FactorReport } from "../factor-report.js";
import type { InformationCoefficient } from "../quality/quality-figures.js";
import { COMPARED, PROVEN, STATUS, VERSION } from "./wording.js";

interface Line {
  readonly report: FactorReport;
  readonly anchor: string;
}

/** One line a factor; the figures are of its first column and the shortest horizon. */
export function overviewTable(reports: readonly FactorReport[], anchorOf: (i: number) => string): Html {
  return table<Line>({
    id: "factors",
    caption: { en: "Factors", zh: "因子" },
    filter: true,
    rows: reports.map((report, i) => ({ report, anchor: anchorOf(i) })),
    columns: COLUMNS,
  });
}

const shortest = ({ report }: Line): InformationCoefficient | undefined => report.quality[0]?.ic[0];

function figureColumn(
  heading: TableColumn<Line>["heading"],
  value: (line: Line) => number | undefined,
  show: (value: number | undefined) => Html | string,
): TableColumn<Line> {
  return { heading, kind: "number", cell: (line) => show(value(line)), value };
}

const COLUMNS: readonly TableColumn<Line>[] = [
  {
    heading: { en: "Factor", zh: "因子" },
    kind: "name",
    cell: ({ report, anchor }) => html`<a href="#${anchor}">${report.factor}</a>`,
    value: ({ report }) => report.factor,
  },
  {
    heading: { en: "Verdict", zh: "结论" },
    kind: "name",
    cell: ({ report }) => html`<span class="status ${report.status}">${both(STATUS[report.status])}</span>`,
    value: ({ report }) => ["error", "warning", "ok"].indexOf(report.status),
  },
  {
    heading: { en: "Look-ahead", zh: "前视" },
    kind: "name",
    cell: ({ report }) => (report.proof ? both(PROVEN[report.proof.verdict]) : ABSENT),
    value: ({ report }) => report.proof?.verdict,
  },
  {
    heading: { en: "Against the record", zh: "与记录对比" },
    kind: "name",
    cell: ({ report }) => (report.comparison ? both(COMPARED(report.comparison)) : ABSENT),
    value: ({ report }) => report.comparison?.explanation.code,
  },
  figureColumn(
    { en: "IC", zh: "IC" },
    (line) => shortest(line)?.ic.mean,
    (value) => decimals(value, 4),
  ),
  figureColumn(
    { en: "Rank IC", zh: "Rank IC" },
    (line) => shortest(line)?.rankIc.mean,
    (value) => decimals(value, 4),
  ),
  figureColumn(
    { en: "Rank IC / std", zh: "Rank ICIR" },
    (line) => shortest(line)?.rankIc.ratio,
    (value) => decimals(value, 3),
  ),
  figureColumn(
    { en: "t (Newey-West)", zh: "t（Newey-West）" },
    (line) => shortest(line)?.rankIc.tNeweyWest,
    (value) => decimals(value, 2),
  ),
  figureColumn(
    { en: "Long-short a year", zh: "多空年化" },
    ({ report }) => report.quality[0]?.portfolios[0]?.annualReturn,
    percents,
  ),
  figureColumn(
    { en: "Max drawdown", zh: "最大回撤" },
    ({ report }) => report.quality[0]?.portfolios[0]?.maxDrawdown,
    percents,
  ),
  figureColumn(
    { en: "Turnover (top)", zh: "换手（顶组）" },
    ({ report }) => report.quality[0]?.turnover[0]?.byQuantile.at(-1),
    percents,
  ),
  figureColumn({ en: "Coverage", zh: "覆盖率" }, ({ report }) => report.quality[0]?.coverage.mean, percents),
  figureColumn(
    { en: "Findings", zh: "问题数" },
    ({ report }) => report.findings.length,
    (value) => String(value),
  ),
  {
    heading: { en: "Version", zh: "版本" },
    kind: "name",
    cell: ({ report }) => (report.version ? both(VERSION[report.version.verdict]) : ABSENT),
  },
];
