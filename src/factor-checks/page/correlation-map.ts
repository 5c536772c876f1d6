import { heatMapChart } from "../../report/charts/heat-map.js";
import { both } from "../../report/page/bilingual.js";
import { figure } from "../../report/page/figure.js";
import { type Html, html } from "../../report/page/html.js";
import type { FactorReport } from "../factor-report.js";

/** More factors cannot be told apart on a page; those with the strongest correlations are drawn. */
const MOST_FACTORS = 40;

/** Rank correlations between the factors of a library; nothing where there are fewer than two. */
export async function correlationMap(reports: readonly FactorReport[]): Promise<Html | undefined> {
  const related = reports.filter(({ relations }) => (relations?.others.length ?? 0) > 0);
  if (related.length < 2) return undefined;
  const strength = ({ relations }: FactorReport) =>
    Math.max(0, ...relations!.others.map(({ spearman }) => Math.abs(spearman)).filter(Number.isFinite));
  const shown = related.toSorted((a, b) => strength(b) - strength(a)).slice(0, MOST_FACTORS);
  const names = shown.map(({ factor }) => factor);
  const values = shown.flatMap(({ factor, relations }) => {
    const of = new Map(relations!.others.map((other) => [other.factor, other.spearman]));
    return names.map((name) => (name === factor ? 1 : (of.get(name) ?? Number.NaN)));
  });
  const chart = heatMapChart({
    label: "Rank correlations between factors",
    columns: names,
    rows: names,
    values,
    most: 1,
    ...(names.length <= 14 && { text: (value: number) => value.toFixed(2) }),
  });
  const size = { width: 1140, height: 120 + 22 * names.length };
  const caption = { en: "Rank correlations between factors", zh: "因子间秩相关" };
  return html`<h2>${both({ en: "Correlations", zh: "相关性" })}</h2><div class="figures">${await figure({ caption, chart, size, wide: true })}</div>`;
}
