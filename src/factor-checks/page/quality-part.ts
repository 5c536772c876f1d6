import { both, same } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals, percents } from "../../report/page/numbers.js";
import type { CoefficientSummary, FactorQuality } from "../quality/quality-figures.js";
import { qualityFigures } from "./quality-charts.js";

/** What one column of a factor is worth: figures by horizon, then charts. */
export async function qualityPart(quality: FactorQuality, named: boolean): Promise<Html> {
  const { rows, sessions } = quality;
  return html`<h3>${both({ en: "Quality", zh: "质量" })}${named && `: ${quality.column}`}</h3>
<p class="muted">${both({
    en: `${rows.binned} of ${rows.input} rows count, over ${sessions.length} sessions (${sessions[0] ?? "–"} to ${sessions.at(-1) ?? "–"}); definitions: ${quality.compat}.`,
    zh: `${rows.input} 行中 ${rows.binned} 行计入，${sessions.length} 个交易日（${sessions[0] ?? "–"} 至 ${sessions.at(-1) ?? "–"}）；口径：${quality.compat}。`,
  })}</p>
${horizonTable(quality)}
${quality.neutral.length + quality.exposures.length > 0 && exposureTable(quality)}
<div class="figures">${await qualityFigures(quality)}</div>`;
}

function horizonTable(quality: FactorQuality): Html {
  const lines: [Html, (horizon: number) => Html | string][] = [
    [html`IC`, (h) => decimals(quality.ic[h]?.ic.mean, 4)],
    [html`Rank IC`, (h) => decimals(quality.ic[h]?.rankIc.mean, 4)],
    [both({ en: "Rank IC, std", zh: "Rank IC 标准差" }), (h) => decimals(quality.ic[h]?.rankIc.std, 4)],
    [both({ en: "Rank IC / std", zh: "Rank ICIR" }), (h) => decimals(quality.ic[h]?.rankIc.ratio, 3)],
    [
      both({ en: "t (Newey-West)", zh: "t（Newey-West）" }),
      (h) => decimals(quality.ic[h]?.rankIc.tNeweyWest, 2),
    ],
    [both({ en: "Share positive", zh: "为正占比" }), (h) => percents(quality.ic[h]?.rankIc.positive)],
    [
      both({ en: "Spread, top less bottom", zh: "顶底组差" }),
      (h) => percents(quality.quantileReturns[h]?.spread.mean, 3),
    ],
    [
      both({ en: "Long-short a year", zh: "多空年化" }),
      (h) => percents(quality.portfolios[2 * h]?.annualReturn),
    ],
    [both({ en: "Sharpe", zh: "夏普" }), (h) => decimals(quality.portfolios[2 * h]?.sharpe, 2)],
    [both({ en: "Max drawdown", zh: "最大回撤" }), (h) => percents(quality.portfolios[2 * h]?.maxDrawdown)],
    [
      both({ en: "Turnover, top quantile", zh: "换手，顶组" }),
      (h) => percents(quality.turnover[h]?.byQuantile.at(-1)),
    ],
    [
      both({ en: "Rank autocorrelation", zh: "秩自相关" }),
      (h) => decimals(quality.turnover[h]?.rankAutocorrelation, 3),
    ],
  ];
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">${both({ en: "Sessions ahead", zh: "持有期（交易日）" })}</th>${quality.horizons.map((h) => html`<th class="number" scope="col">${h}</th>`)}</tr></thead>
<tbody>${lines.map(([name, cell]) => html`<tr><th scope="row">${name}</th>${quality.horizons.map((_, i) => html`<td class="number">${cell(i)}</td>`)}</tr>`)}</tbody></table></div>`;
}

function exposureTable({ exposures, neutral }: FactorQuality): Html {
  const ic = ({ mean, tNeweyWest }: CoefficientSummary) =>
    html`${decimals(mean, 4)} (t ${decimals(tNeweyWest, 2)})`;
  return html`<details><summary>${both({ en: "Exposures, and the IC without them", zh: "暴露与中性化 IC" })}</summary><div class="scroll"><table>
<thead><tr><th scope="col">${both(same(""))}</th><th class="number" scope="col">${both({ en: "Rank correlation / rank IC left", zh: "秩相关 / 剩余 Rank IC" })}</th></tr></thead>
<tbody>${exposures.map(({ name, correlation }) => html`<tr><td>${name}</td><td class="number">${decimals(correlation, 4)}</td></tr>`)}
${neutral.map(({ against, horizon, rankIc }) => html`<tr><td>${both({ en: `neutral to ${against}, ${horizon} ahead`, zh: `对 ${against} 中性，${horizon} 日` })}</td><td class="number">${ic(rankIc)}</td></tr>`)}</tbody></table></div></details>`;
}
