import { linesChart } from "../../report/charts/lines.js";
import { type Bilingual, both } from "../../report/page/bilingual.js";
import { figure } from "../../report/page/figure.js";
import { type Html, html } from "../../report/page/html.js";
import { decimals } from "../../report/page/numbers.js";
import { facts } from "../../report/page/table.js";
import { formatNs } from "../../time.js";
import type { Cause, Reconciliation } from "../reconcile/reconcile.js";

/** Both curves, the day they part, in what, and why. */
export async function reconciliationPart(reconciliation: Reconciliation): Promise<Html> {
  const { parting, cause, alternatives, breaches, moves } = reconciliation;
  return html`<h2>${both({ en: "Beside the recorded run", zh: "与记录的回测对照" })}</h2>
${facts([
  [{ en: "They part on", zh: "分歧起始日" }, parting ? formatNs(parting.datetime) : "–"],
  [{ en: "Cause", zh: "原因" }, `${cause.kind}: ${cause.sentence}`],
  [{ en: "Checked", zh: "验证" }, both(checked(cause))],
  ...alternatives.map((other): [Bilingual, string] => [
    { en: "Or", zh: "或" },
    `${other.kind}: ${other.sentence}`,
  ]),
])}
${await curves(reconciliation)}
${parting && differences(parting)}
${
  breaches.length > 0 &&
  html`<p>${both({
    en: `On ${breaches.length} days of the recorded run money appears or disappears (fills at another price than the close, or another unit), first on ${formatNs(breaches[0]!.datetime)}: ${breaches[0]!.instruments.slice(0, 5).join(", ")}.`,
    zh: `记录的回测有 ${breaches.length} 天资金不守恒（成交价非收盘价，或单位不一致），首日 ${formatNs(breaches[0]!.datetime)}：${breaches[0]!.instruments.slice(0, 5).join("、")}。`,
  })}</p>`
}
${
  moves.length > 0 &&
  html`<p>${both({
    en: `What moved the recorded account most: ${moves[0]!.instrument} on ${formatNs(moves[0]!.datetime)}, its price ${decimals(moves[0]!.ratio, 3)} times the day before's.`,
    zh: `对记录账户影响最大：${moves[0]!.instrument}，${formatNs(moves[0]!.datetime)}，价格为前一日的 ${decimals(moves[0]!.ratio, 3)} 倍。`,
  })}</p>`
}`;
}

function checked({ verified, partsAgain }: Cause): Bilingual {
  if (verified === "whole") {
    return {
      en: "our run with that one thing changed is the recorded one on every day",
      zh: "仅改动该项重放后，每日与记录完全一致",
    };
  }
  if (verified === "not") return { en: "no single change explains it", zh: "没有单一改动可以解释" };
  const day = partsAgain === undefined ? "" : formatNs(partsAgain);
  return { en: `with that changed they part again on ${day}`, zh: `改动该项后于 ${day} 再次分歧` };
}

async function curves({ ours, recorded, parting }: Reconciliation): Promise<Html | undefined> {
  if (!recorded.report.has("account")) return undefined;
  const there = recorded.report.column("account");
  const account = Array.from(ours.report.datetimes, (ns) => there[recorded.report.rowOf(ns)] ?? Number.NaN);
  const day = parting && formatNs(parting.datetime);
  return figure({
    caption: { en: "Account, ours and recorded", zh: "账户净值：重放与记录" },
    chart: linesChart({
      label: "Account of our run and of the recorded one",
      x: Array.from(ours.report.datetimes, formatNs),
      lines: [
        { name: "ours", values: ours.report.column("account") },
        { name: "recorded", values: account },
      ],
      ...(day !== undefined && { marks: [{ at: day, text: "part" }] }),
    }),
    wide: true,
  });
}

/** Instruments that are named where two runs part. */
const MOST_POSITIONS = 20;

function differences({ onlyIn, columns, positions }: NonNullable<Reconciliation["parting"]>): Html {
  if (onlyIn !== undefined) {
    return html`<p>${both(
      onlyIn === "ours"
        ? { en: "The recorded run has no such session.", zh: "记录的回测没有该交易日。" }
        : { en: "Our run has no such session.", zh: "重放没有该交易日。" },
    )}</p>`;
  }
  return html`<div class="scroll"><table><thead><tr><th scope="col">${both({ en: "That day", zh: "当日" })}</th><th class="number" scope="col">${both({ en: "Ours", zh: "重放" })}</th><th class="number" scope="col">${both({ en: "Recorded", zh: "记录" })}</th></tr></thead>
<tbody>${columns.map(
    ({ column, ours, recorded }) =>
      html`<tr><th scope="row">${column}</th><td class="number">${decimals(ours, 6)}</td><td class="number">${decimals(recorded, 6)}</td></tr>`,
  )}${positions
    .slice(0, MOST_POSITIONS)
    .map(
      ({ instrument, ours, recorded }) =>
        html`<tr><th scope="row">${instrument}</th><td class="number">${decimals(ours?.amount ?? 0, 2)} × ${decimals(ours?.price, 3)}</td><td class="number">${decimals(recorded?.amount ?? 0, 2)} × ${decimals(recorded?.price, 3)}</td></tr>`,
    )}</tbody></table></div>`;
}
