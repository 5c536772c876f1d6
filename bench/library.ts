// npm run bench library [-- --full --write]: writes bench/RESULTS-library.md. A store of generated factors behind the
// library's server: lists as the pages ask for them, and the memory of the process.
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { indexRows } from "../src/research/store/full-text.js";
import { openStore } from "../src/research/store/open-store.js";
import type { Store } from "../src/research/store/store.js";
import type { StoreTables } from "../src/research/store/store-tables.js";
import { serveLibrary } from "../src/server/library/serve-library.js";
import { machineText, today } from "./report.js";

const FACTORS = process.argv.includes("--full") ? 100_000 : 10_000;
const GOALS = { listMs: 20, memoryMB: 250 };
const ROUNDS = 25;

function factor(at: number): StoreTables["factors"] {
  const name = `factor_${String(at).padStart(6, "0")}`;
  const expression = `($close/Ref($close, ${at})-1)/Std($close/Ref($close,1)-1, ${at % 97})`;
  const key = JSON.stringify([name, "rdagent_generated"]);
  return {
    ...{ name, source: at % 5 === 0 ? "sota" : "rdagent_generated", expression, expression_key: expression },
    ...{ occurrence: 1, region: "cn", description_cn: at % 70 === 0 ? `市盈率 ${at}` : `动量因子 ${at} 日` },
    ...{
      formula_hint: null,
      created_at_utc: "2026-01-14T09:30:00+00:00",
      experiment_id: `task_${at % 2000}`,
    },
    ...{
      tags: '["rdagent"]',
      variables: null,
      freq: "1d",
      align: "close",
      nan_policy: null,
      input_schema: null,
    },
    ...{ impl_module: "rd_factors_lib", impl_func: name, impl_version: "1.0.0", impl_state: "current" },
    ...{ interface_info: null, best_performance: null, best_annualized_return: (at % 400) / 1000 },
    ...{ best_sharpe: at % 11 === 0 ? null : ((at * 7919) % 3000) / 1000, asset_bundle_id: null },
    ...{ ic: at % 3 === 0 ? null : ((at * 31) % 1000) / 10_000, ic_ir: null, rank_ic: null, coverage: 0.97 },
    ...{ loop_count: at % 7, check_status: null, look_ahead: null, mark_key: key, record_key: key },
    ...{ record: JSON.stringify({ name, expression, padding: "x".repeat(800) }), digest: String(at) },
    ...{ catalogue_version: "v1", generated_at_utc: null, changed_at_utc: "2026-01-14", gone_at_utc: null },
  };
}

async function fill(store: Store): Promise<void> {
  for (let first = 0; first < FACTORS; first += 500) {
    const rows = Array.from({ length: Math.min(500, FACTORS - first) }, (_, i) => factor(first + i));
    await store.db.transaction().execute(async (db) => {
      await db.insertInto("factors").values(rows).execute();
      await indexRows(db, "factors", rows);
    });
  }
}

const LISTS = [
  ["the first page", ""],
  ["sorted by Sharpe", "sort=-best_sharpe"],
  ["sorted by IC, which a third lacks", "sort=ic"],
  ["a far page, by its place", `offset=${FACTORS * 0.9}`],
  ["of one source", "where.source=sota"],
  ["a range of Sharpe", "where.best_sharpe=2.9..&sort=-best_sharpe"],
  ["a part of a name", "where.name=~0017"],
  ["search that finds one", "search=factor_000017"],
  ["search 市盈率, 1 of 70", `search=${encodeURIComponent("市盈率")}`],
  ["search 动量, nearly all", `search=${encodeURIComponent("动量")}`],
] as const;

const folder = mkdtempSync(join(tmpdir(), "bench-library-"));
const store = await openStore(join(folder, "store.sqlite"));
await fill(store);
const server = await serveLibrary({ store, port: 0, version: "0" });
const median = async (query: string): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const response = await fetch(`${server.url}api/v1/factors?${query}`);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${query}: ${response.status}`);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
};
const rows: string[] = [];
for (const [what, query] of LISTS) {
  rows.push(`| ${what} | ${(await median(query)).toFixed(1)} ms | ${GOALS.listMs} ms |`);
}
const { next } = (await (await fetch(`${server.url}api/v1/factors`)).json()) as { next: string };
rows.push(
  `| the next page, by its cursor | ${(await median(`cursor=${next}`)).toFixed(1)} ms | ${GOALS.listMs} ms |`,
);
const memory = process.memoryUsage.rss() / 1e6;
rows.push(`| memory of the process | ${memory.toFixed(0)} MB | ${GOALS.memoryMB} MB |`);
await server.close();
await store.close();
rmSync(folder, { recursive: true, force: true });

const text = [
  `# The library's server: ${FACTORS} factors`,
  "",
  `${today()}, ${machineText()}. Medians of ${ROUNDS} requests over a socket, 100 rows each.`,
  "",
  "| what | measured | goal |",
  "| --- | ---: | ---: |",
  ...rows,
  "",
].join("\n");
process.stdout.write(text);
if (process.argv.includes("--write")) await writeFile("bench/RESULTS-library.md", text);
