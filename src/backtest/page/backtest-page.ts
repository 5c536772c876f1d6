import { both, type Language, same } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals, percents } from "../../report/page/numbers.js";
import { page } from "../../report/page/page.js";
import { facts } from "../../report/page/table.js";
import { formatNs } from "../../time.js";
import type { Reconciliation } from "../reconcile/reconcile.js";
import type { Backtest, ChoiceDay } from "../replay/backtest.js";
import { portfolioRisk, type RiskFigures } from "../risk/risk-analysis.js";
import { backtestFigures } from "./backtest-charts.js";
import { type Curves, curvesOf } from "./curves.js";
import { reconciliationPart } from "./reconciliation-part.js";
import { untradedPart } from "./untraded-table.js";

/** How a page of a backtest is titled, and what stands before it. */
export interface BacktestPageOptions {
  readonly title?: string;
  /** The language it opens in; the reader's where omitted. */
  readonly language?: Language | undefined;
  /** What came of comparing it with a recorded run, shown before everything else. */
  readonly reconciliation?: Reconciliation | undefined;
}

/** A replayed backtest as one HTML file that opens without a network. */
export async function backtestPage(
  backtest: Backtest,
  { title, language, reconciliation }: BacktestPageOptions = {},
): Promise<string> {
  const curves = curvesOf(backtest);
  const body = html`${factsOf(backtest, curves)}
${notesOf(backtest.notes)}
${reconciliation && (await reconciliationPart(reconciliation))}
<div class="figures">${await backtestFigures(backtest, curves)}</div>
<h2>${both({ en: "Risk, as qlib reports it", zh: "风险指标（qlib 口径）" })}</h2>
${riskTable(backtest)}
<h2>${both({ en: "What could not be traded", zh: "未能成交" })}</h2>
${untradedPart(backtest)}
${backtest.choices.length > 0 && choicesPart(backtest.choices)}`;
  const heading = title === undefined ? { en: "Backtest", zh: "回测" } : same(title);
  return page({ title: heading, body, language });
}

function factsOf({ report, orders }: Backtest, { sessions, equity, returns, exposure }: Curves): Html {
  const last = sessions.length - 1;
  const account = report.column("account");
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return facts([
    [{ en: "Span", zh: "区间" }, `${sessions[0] ?? "–"} .. ${sessions[last] ?? "–"} (${sessions.length})`],
    [{ en: "Account at the end", zh: "期末账户" }, decimals(account[last], 2)],
    [
      { en: "Return after costs", zh: "费后收益" },
      percents(equity[last] === undefined ? undefined : equity[last] - 1, 2),
    ],
    [
      { en: "Sessions with a gain", zh: "盈利日占比" },
      percents(returns.filter((r) => r > 0).length / Math.max(1, returns.length)),
    ],
    [{ en: "Mean turnover a session", zh: "日均换手" }, percents(mean(report.column("turnover")), 2)],
    [{ en: "Costs in all", zh: "总成本" }, decimals(report.column("total_cost")[last], 2)],
    [{ en: "Mean exposure", zh: "平均仓位" }, percents(mean(exposure))],
    [{ en: "Orders", zh: "委托数" }, String(orders.length)],
  ]);
}

function notesOf(notes: readonly string[]): Html | undefined {
  if (notes.length === 0) return undefined;
  return html`<h2>${both({ en: "What one may not expect", zh: "需要注意" })}</h2>
<ul class="findings">${notes.map((note) => html`<li><span class="status warning">!</span> ${note}</li>`)}</ul>`;
}

function riskTable(backtest: Backtest): Html {
  const { benchmark, excessWithoutCost, excessWithCost } = portfolioRisk(backtest);
  const lines: [Parameters<typeof both>[0], RiskFigures][] = [
    [{ en: "Excess before costs", zh: "费前超额" }, excessWithoutCost],
    [{ en: "Excess after costs", zh: "费后超额" }, excessWithCost],
    [{ en: "Benchmark", zh: "基准" }, benchmark],
  ];
  return html`<div class="scroll"><table><thead><tr><th scope="col"></th>${HEADINGS.map(
    ([en, zh]) => html`<th class="number" scope="col">${both({ en, zh })}</th>`,
  )}</tr></thead>
<tbody>${lines.map(
    ([name, risk]) =>
      html`<tr><th scope="row">${both(name)}</th><td class="number">${percents(risk.mean, 4)}</td><td class="number">${percents(risk.std, 4)}</td><td class="number">${percents(risk.annualizedReturn, 2)}</td><td class="number">${decimals(risk.informationRatio, 3)}</td><td class="number">${percents(risk.maxDrawdown, 2)}</td></tr>`,
  )}</tbody></table></div>`;
}

const HEADINGS = [
  ["Mean a session", "日均"],
  ["Std", "标准差"],
  ["A year", "年化"],
  ["Information ratio", "信息比率"],
  ["Max drawdown", "最大回撤"],
] as const;

const MOST_CHOICES = 60;

function choicesPart(choices: readonly ChoiceDay[]): Html {
  const shown = choices.slice(0, MOST_CHOICES);
  return html`<h2>${both({ en: "Sessions that qlib leaves open", zh: "qlib 结果不确定的交易日" })}</h2>
<p>${both({
    en: `In ${choices.length} cases equal scores or the order of a set decided what was traded; qlib itself may decide otherwise.`,
    zh: `有 ${choices.length} 处由相同分数或集合顺序决定交易；qlib 自身的结果也可能不同。`,
  })}</p>
<details><summary>${both({ en: "Which", zh: "明细" })}</summary><ul>${shown.map(
    ({ datetime, choice, instruments }) =>
      html`<li>${formatNs(datetime)}: ${choice} (${instruments.slice(0, 8).join(", ")}${instruments.length > 8 && " …"})</li>`,
  )}</ul></details>`;
}
