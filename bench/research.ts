// npm run bench research [-- --full]: writes bench/RESULTS-research.md. A generated catalogue of factors and loops: a full
// import into SQLite, one of 1 % that changed, and list pages of the results API.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../src/research/store/open-store.js";
import { sync } from "../src/research/sync/sync.js";
import { serveResults } from "../src/server/serve-results.js";
import { machineText, today } from "./report.js";

const isFull = process.argv.includes("--full");
const FACTORS = isFull ? 100_000 : 10_000;
const LOOPS = isFull ? 20_000 : 2_000;
const GOALS = { fullSeconds: 60, memoryMB: 400, incrementalSeconds: 3, pageMs: 20 };

const folder = mkdtempSync(join(tmpdir(), "bench-research-"));
const catalogues = join(folder, "aistock");
mkdirSync(catalogues);

/** Records of about the size of real ones. @param version makes a hundredth of them differ */
function write(version: number): void {
  const factor = (at: number) => ({
    name: `factor_${at}`,
    source: "rdagent_generated",
    region: "cn",
    description_cn: `[动量因子] ${at} 日价格动量按过去收益波动率调整`,
    formula_hint: `close/Ref(close, ${at % 60}) - 1`,
    expression: `($close/Ref($close, ${at})-1)/Std($close/Ref($close,1)-1, ${at % 97})`,
    created_at_utc: "2026-01-14T09:30:00.123456+00:00",
    experiment_id: `task_${at % LOOPS}/3`,
    tags: ["rdagent", "momentum"],
    variables: { close: "收盘价", window: at % 60 },
    freq: "1d",
    align: "close",
    nan_policy: "dataservice_default",
    input_schema: { required_fields: ["open", "high", "low", "close", "volume"], lookback_days: 10 },
    impl_module: "rd_factors_lib.generated",
    impl_func: `factor_${at}`,
    impl_version: "20260114",
    interface_info: { type: "function" },
    best_performance: `Sharpe: ${((at % 300) / 100 + (at % 100 === 0 ? version : 0)).toFixed(2)}, Ann.Ret: 15.60%`,
  });
  const loop = (at: number) => ({
    task_run_id: `task_${at >> 3}`,
    loop_id: at & 7,
    workspace_id: `workspace_${at}`,
    workspace_path: `/mnt/f/Dev/RD-Agent-main/git_ignore_folder/RD-Agent_workspace/workspace_${at}`,
    action: at % 3 === 0 ? "model" : "factor",
    status: "success",
    has_result: true,
    materialization_status: "done",
    strategy_id: `strategy_${at}`,
    factor_names: Array.from({ length: 5 }, (_, k) => `factor_${(at * 5 + k) % FACTORS}`),
    sharpe: (at % 300) / 100 + (at % 100 === 0 ? version : 0),
    annualized_return: 0.1,
    ic: 0.03,
    metrics: {
      IC: 0.03,
      ICIR: 0.4,
      "Rank IC": 0.035,
      "1day.excess_return_without_cost.annualized_return": 0.1,
    },
    decision: true,
    summary_texts: { execution: "Execution succeeded without error.", value_feedback: "因子实现正确" },
  });
  const list = (name: string, key: string, count: number, record: (at: number) => object) => {
    const records = Array.from({ length: count }, (_, at) => JSON.stringify(record(at)));
    writeFileSync(
      join(catalogues, name),
      `{"version":"v1","generated_at_utc":"x","${key}":[\n${records.join(",\n")}]}`,
    );
  };
  list("factor_catalog.json", "factors", FACTORS, factor);
  list("loop_catalog.json", "loops", LOOPS, loop);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

write(0);
const megabytes = (statSync(join(catalogues, "factor_catalog.json")).size / 1e6).toFixed(0);
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 50);
const store = await openStore(join(folder, "store.sqlite"));
const full = await seconds(() => sync(folder, store));
const memory = (most - before) / 1e6;
write(1);
const incremental = await seconds(() => sync(folder, store));
clearInterval(watch);
const list = await seconds(() => store.loops({ sort: "-sharpe", limit: 100 }));
await store.close();

const server = await serveResults({ registry: join(folder, "registry.sqlite"), catalogues, port: 0 });
const page = (path: string) => async () => void (await (await fetch(server.url + path)).arrayBuffer());
const first = await seconds(page("/v1/catalog/factors?limit=100"));
const times: number[] = [];
for (let at = 0; at < 50; at++) {
  times.push(await seconds(page(`/v1/catalog/factors?limit=100&source=rdagent_generated&region=cn`)));
}
const pageMs = 1000 * times.sort((a, b) => a - b)[25]!;
await server.close();
rmSync(folder, { recursive: true, force: true });

const row = (what: string, value: string, goal: string) => `| ${what} | ${value} | ${goal} |`;
const text = [
  `# Research results: ${FACTORS} factors, ${LOOPS} loops`,
  "",
  `${today()}, ${machineText()}. Factor catalogue of ${megabytes} MB. ${isFull ? "" : "A tenth of the full size: the goals are of the full one."}`,
  "",
  "| what | measured | goal |",
  "| --- | ---: | ---: |",
  row("full import into SQLite", `${full.toFixed(1)} s`, `${GOALS.fullSeconds} s`),
  row("memory beyond the start", `${memory.toFixed(0)} MB`, `${GOALS.memoryMB} MB`),
  row("import of 1 % that changed", `${incremental.toFixed(2)} s`, `${GOALS.incrementalSeconds} s`),
  row("a page of 100, filtered (median of 50)", `${pageMs.toFixed(1)} ms`, `${GOALS.pageMs} ms`),
  row("the first page, which reads the catalogue", `${(first * 1000).toFixed(0)} ms`, ""),
  row("the store's 100 best loops", `${(list * 1000).toFixed(0)} ms`, ""),
  "",
].join("\n");
process.stdout.write(text);
if (process.argv.includes("--write")) writeFileSync("bench/RESULTS-research.md", text);
