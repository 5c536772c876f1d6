import { found, json, keyOf } from "../answers.js";
import { lastValues, valuesCsv, valuesTable } from "../last-values.js";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import { wholeNumber } from "../list-request.js";
import { overviewAnswer } from "../overview.js";
import { factorAnswer, factorRow, loopAnswer, modelAnswer, strategyAnswer, taskAnswers } from "../records.js";

const KEY = { key: "the record's mark_key" };
const BARS = 10;
const MOST_BARS = 5000;

/** What the pages show of one record, and of all together. */
export function recordRoutes(sources: LibrarySources): LibraryRoute[] {
  const { store, snapshot, version } = sources;
  const get = (
    path: string,
    summary: string,
    query: Readonly<Record<string, string>>,
    answer: LibraryRoute["answer"],
    handle: LibraryRoute["handle"],
  ): LibraryRoute => ({ method: "get", path, summary, query, answer, handle });
  return [
    get("/overview", "What is in the store, and what needs attention", {}, "Overview", async (c) =>
      json(c, await overviewAnswer(store, version, snapshot !== undefined)),
    ),
    get("/factor", "One factor, with all that is known of it", KEY, "Factor", async (c) =>
      found(c, await factorAnswer(sources, keyOf(c))),
    ),
    get(
      "/factor/values",
      "The last values of a factor, through the snapshot or from a loop's workspace",
      {
        ...KEY,
        bars: `sessions, ${BARS} by default`,
        "instrument*": "only these",
        format: "csv: a row a bar, every instrument",
      },
      "Values?",
      async (c) => {
        const row = await factorRow(store, keyOf(c));
        const query = new URL(c.req.url).searchParams;
        const bars = Math.min(wholeNumber(query, "bars", BARS), MOST_BARS);
        const instruments = query.getAll("instrument").filter((code) => code.trim() !== "");
        if (row === undefined) return found(c, undefined);
        const values = await lastValues(store, snapshot, row, { bars, instruments });
        const isCsv = query.get("format") === "csv";
        if (!isCsv) return json(c, values === undefined ? null : valuesTable(values.panel, values.from));
        if (values === undefined) return c.json({ error: "no values of this factor are here" }, 404);
        const name = encodeURIComponent(`${row.name}.csv`);
        return new Response(valuesCsv(values.panel), {
          headers: {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": `attachment; filename*=UTF-8''${name}`,
          },
        });
      },
    ),
    get("/loop", "One loop, with its workspaces, artifacts and files", KEY, "Loop", async (c) =>
      found(c, await loopAnswer(sources, keyOf(c))),
    ),
    get("/strategy", "One strategy and its loops", KEY, "Record", async (c) =>
      found(c, await strategyAnswer(store, keyOf(c))),
    ),
    get("/model", "One model and its loop", KEY, "Record", async (c) =>
      found(c, await modelAnswer(store, keyOf(c))),
    ),
    get("/tasks", "The task runs, the latest first", {}, "Task[]", async (c) =>
      json(c, await taskAnswers(store)),
    ),
    get("/alpha/:library", "The factors of alpha158 or alpha360", {}, "AlphaFactor[]", async (c) => {
      const library = c.req.param("library");
      if (library !== "alpha158" && library !== "alpha360") {
        return c.json({ error: `no library ${library}: alpha158 or alpha360` }, 404);
      }
      const rows = await store.alphaFactors(library);
      return json(
        c,
        rows.map(({ name, expression, region, tags }) => ({ name, expression, region, tags })),
      );
    }),
  ];
}
