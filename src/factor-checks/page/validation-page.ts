import { type Bilingual, both, type Language, same } from "../../report/page/bilingual.js";
import { type Html, html } from "../../report/page/html.js";
import { page } from "../../report/page/page.js";
import { facts } from "../../report/page/table.js";
import type { FactorReport } from "../factor-report.js";
import { correlationMap } from "./correlation-map.js";
import { factorSection } from "./factor-section.js";
import { overviewTable } from "./overview-table.js";

export interface ValidationPageOptions {
  readonly title?: string;
  /** What the factors were laid beside, such as the market's file. */
  readonly market?: string;
  /** The language it opens in; the reader's where omitted. */
  readonly language?: Language | undefined;
}

/**
 * The reports of a library as one HTML file: an overview to sort and filter, then a page a factor, reached from it. It opens
 * without a network and prints whole.
 */
export async function validationPage(
  reports: readonly FactorReport[],
  { title, market, language }: ValidationPageOptions = {},
): Promise<string> {
  const sections: Html[] = [];
  for (const [i, report] of reports.entries()) sections.push(await factorSection(report, anchorOf(i)));
  const count = (status: FactorReport["status"]) =>
    reports.filter((report) => report.status === status).length;
  const summary: [Bilingual, string][] = [
    [{ en: "Factors", zh: "因子" }, String(reports.length)],
    [{ en: "Without findings that matter", zh: "通过" }, String(count("ok"))],
    [{ en: "With warnings", zh: "有警告" }, String(count("warning"))],
    [{ en: "With errors", zh: "有错误" }, String(count("error"))],
  ];
  if (market !== undefined) summary.push([{ en: "Market", zh: "行情" }, market]);
  const body = html`<section id="overview">
${facts(summary)}
<h2>${both({ en: "Overview", zh: "总览" })}</h2>
${overviewTable(reports, anchorOf)}
${await correlationMap(reports)}
</section>
${sections}`;
  const heading = title === undefined ? { en: "Factor library", zh: "因子库" } : same(title);
  const footer = html`${both({
    en: "What was proven against look-ahead holds for the cuts tried, and no others. Running a library runs its code.",
    zh: "前视检验的结论只对所试的截断点成立。运行因子库即运行其代码。",
  })}`;
  return page({ title: heading, body, footer, language });
}

const anchorOf = (i: number): string => `factor-${i}`;
