import { both } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { facts } from "../../report/page/table.js";
import type { FactorReport, Finding, LookAheadProof, RunReport } from "../factor-report.js";
import { comparisonPart } from "./comparison-part.js";
import { qualityPart } from "./quality-part.js";
import { OUTCOME, PROVEN, STATUS, VERSION } from "./wording.js";

/** All that was found of one factor, as a page of its own. */
export async function factorSection(report: FactorReport, anchor: string): Promise<Html> {
  const quality: Html[] = [];
  for (const column of report.quality) quality.push(await qualityPart(column, report.quality.length > 1));
  const { source, run, version, proof, comparison } = report;
  return html`<section class="page" id="${anchor}">
<h2>${report.factor} <span class="status ${report.status}">${both(STATUS[report.status])}</span></h2>
<p class="back"><a href="#overview">${both({ en: "← Overview", zh: "← 返回总览" })}</a></p>
${facts([
  [{ en: "Source", zh: "来源" }, html`${source.kind}: <code>${source.text}</code>`],
  ...(run ? [[{ en: "Run", zh: "运行" }, runText(run)] as const] : []),
  ...(version
    ? [
        [
          { en: "Version", zh: "版本" },
          html`${both(VERSION[version.verdict])} (${version.recorded ?? "–"} / ${version.library ?? "–"})`,
        ] as const,
      ]
    : []),
])}
<h3>${both({ en: "Findings", zh: "问题" })}</h3>
${findingsList(report.findings)}
${run?.error && html`<details open><summary>${run.error.type}: ${run.error.message}</summary><pre>${run.error.traceback}</pre></details>`}
${run !== undefined && run.stdout + run.stderr !== "" && html`<details><summary>${both({ en: "What it printed", zh: "打印内容" })}</summary><pre>${run.stdout}${run.stderr}</pre></details>`}
${proof && proofPart(proof)}
${comparison && comparisonPart(comparison)}
${quality}
</section>`;
}

function runText({ outcome, seconds, output }: RunReport): Html {
  const shape = output && `, ${output.kind}, ${output.rows} × ${output.columns.length}`;
  return html`${both(OUTCOME[outcome])}, ${seconds.toFixed(2)} s${shape}`;
}

function findingsList(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html`<p>${both({ en: "None.", zh: "无。" })}</p>`;
  return html`<ul class="findings">${findings.map(
    ({ code, severity, sentence, sentenceZh, rows }) =>
      html`<li><span class="status ${severity}">${code}</span> ${both({ en: sentence, zh: sentenceZh })}${rows.length > 0 && rowsTable(rows)}</li>`,
  )}</ul>`;
}

function rowsTable(rows: Finding["rows"]): Html {
  const parts = ["datetime", "instrument", "column", "value", "other"] as const;
  const used = parts.filter((part) => rows.some((row) => row[part] !== undefined));
  return html`<details><summary>${both({ en: `the first ${rows.length} rows`, zh: `前 ${rows.length} 行` })}</summary><div class="scroll"><table>
<thead><tr>${used.map((part) => html`<th scope="col">${part}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${used.map((part) => html`<td>${row[part] ?? ""}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

function proofPart(proof: LookAheadProof): Html {
  const { first, lookback, cuts } = proof;
  return html`<h3>${both({ en: "Look-ahead", zh: "前视检验" })}</h3>
${facts([
  [{ en: "Verdict", zh: "结论" }, html`${both(PROVEN[proof.verdict])}${proof.why && `: ${proof.why}`}`],
  [
    { en: "Cuts", zh: "截断点" },
    both({
      en: `${proof.cutsTried} tried, ${proof.cutsThatShowIt} show it, ${proof.cutsWithRoundingOnly} only round otherwise`,
      zh: `共 ${proof.cutsTried} 个，${proof.cutsThatShowIt} 个显示前视，${proof.cutsWithRoundingOnly} 个仅舍入不同`,
    }),
  ],
  ...(first
    ? [
        [
          { en: "First such value", zh: "首个受影响的值" },
          `${first.datetime} ${first.instrument} ${first.column}: ${first.full} / ${first.truncated} (${first.cut})`,
        ] as const,
      ]
    : []),
  ...(lookback
    ? [
        [
          { en: "Look-back", zh: "回看" },
          lookback.rows === undefined
            ? both({ en: "the whole history", zh: "全部历史" })
            : both({ en: `${lookback.rows} rows`, zh: `${lookback.rows} 行` }),
        ] as const,
      ]
    : []),
])}
${
  cuts.length > 0 &&
  html`<details><summary>${both({ en: "The cuts", zh: "各截断点" })}</summary><div class="scroll"><table>
<thead><tr><th scope="col">${both({ en: "Cut", zh: "截断" })}</th><th scope="col">${both({ en: "Chosen for", zh: "原因" })}</th><th class="number" scope="col">${both({ en: "Changed", zh: "变化" })}</th><th class="number" scope="col">${both({ en: "Rounded", zh: "舍入" })}</th></tr></thead>
<tbody>${cuts.map(({ cut, why, changed, rounded }) => html`<tr><td>${cut}</td><td class="text">${why}</td><td class="number">${changed}</td><td class="number">${rounded}</td></tr>`)}</tbody></table></div></details>`
}`;
}
