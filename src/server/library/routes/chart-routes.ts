import { keyOf, languageOf, svg, themeOf } from "../answers.js";
import { comparisonChart, returnsChart, timelineChart } from "../charts.js";
import { factorChart } from "../factor-check.js";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import { wholeNumber } from "../list-request.js";
import { factorRow } from "../records.js";

const LOOK = { theme: "light or dark", language: "en or zh" };
const KEYS = { "key*": "the loops' mark_key, one to four" };

/** Charts as SVG, drawn here: the pages load no library for them. */
export function chartRoutes({ store, files }: LibrarySources): LibraryRoute[] {
  const chart = (
    name: string,
    summary: string,
    query: Readonly<Record<string, string>>,
    handle: LibraryRoute["handle"],
  ): LibraryRoute => ({
    method: "get",
    path: `/charts/${name}.svg`,
    summary,
    query: { ...query, ...LOOK },
    answer: "image/svg+xml",
    handle,
  });
  return [
    chart("timeline", "Sharpe of a task's loops, and the best so far", { task: "task_run_id" }, async (c) =>
      svg(c, await timelineChart(store, c.req.query("task") ?? "", languageOf(c), themeOf(c))),
    ),
    chart("comparison", "Figures of loops side by side", KEYS, async (c) =>
      svg(c, await comparisonChart(store, c.req.queries("key") ?? [], languageOf(c), themeOf(c))),
    ),
    chart("equity", "Equity of loops over their first values, overlaid", KEYS, async (c) =>
      svg(
        c,
        await returnsChart(store, files, c.req.queries("key") ?? [], "equity", languageOf(c), themeOf(c)),
      ),
    ),
    chart("drawdown", "Drawdown of loops, overlaid", KEYS, async (c) =>
      svg(
        c,
        await returnsChart(store, files, c.req.queries("key") ?? [], "drawdown", languageOf(c), themeOf(c)),
      ),
    ),
    chart(
      "factor",
      "One of the charts that a factor's check lists",
      { key: "the factor's mark_key", at: "its place in the list" },
      async (c) => {
        const row = await factorRow(store, keyOf(c));
        const at = wholeNumber(new URL(c.req.url).searchParams, "at", 0);
        return svg(c, row && (await factorChart(store, row.name, at, themeOf(c))));
      },
    ),
  ];
}
