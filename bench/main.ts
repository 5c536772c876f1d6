// npm run bench -- [--full] [--json FILE] [--peers pandas,duckdb,polars,arquero] [--no-results]:
// the table of bench/RESULTS.md, measured here and now.
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FULL_MARKET, LAPTOP_MARKET } from "./market.js";
import { asMarkdown, asText, type Outcome, today } from "./report.js";
import { ours, pandas, type Runner, scriptPeer } from "./runners.js";
import { benchFolder, prepareWorkload } from "./workload.js";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    json: { type: "string" },
    peers: { type: "string", default: "pandas,duckdb,polars,arquero" },
    "no-results": { type: "boolean", default: false },
  },
});

const size = options.full ? FULL_MARKET : LAPTOP_MARKET;
console.error(`market of ${size.instruments} instruments and ${size.sessions} sessions, in ${benchFolder()}`);
const work = await prepareWorkload(size);

const peers = options.peers.split(",").filter(Boolean);
const runners: Runner[] = [ours, ...peers.map((name) => (name === "pandas" ? pandas : scriptPeer(name)))];
const outcomes: Outcome[] = [];
const loadBefore = loadavg()[0]!;
for (const runner of runners) {
  console.error(`${runner.name} …`);
  outcomes.push(await runner.run(work));
}
const load = [loadBefore, loadavg()[0]!] as const;
const run = { date: today(), full: options.full, load, work, outcomes };
console.log(asText(run));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run, null, 1)}\n`);
// Compiled, this file lies in .cache/build/bench.
const results = join(fileURLToPath(import.meta.url), "..", "..", "..", "..", "bench", "RESULTS.md");
if (!options["no-results"]) writeFileSync(results, asMarkdown(run));
