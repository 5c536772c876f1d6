// npm run bench -- --render FILE: the same of figures kept with --json.
// npm run bench -- [--full] [--json FILE] [--peers pandas,duckdb,polars,arquero] [--no-results]:
// the table of bench/RESULTS.md, measured here and now.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FULL_MARKET, LAPTOP_MARKET } from "./market.js";
import { asMarkdown, asText, machineText, type Outcome, type Run, today } from "./report.js";
import { ours, pandas, type Runner, scriptPeer, together } from "./runners.js";
import { benchFolder, prepareWorkload } from "./workload.js";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    json: { type: "string" },
    render: { type: "string" },
    peers: { type: "string", default: "pandas,duckdb,polars,arquero" },
    "no-results": { type: "boolean", default: false },
  },
});

/** How often each fresh process is started. */
const FRESH_RUNS = 15;

const run =
  options.render === undefined
    ? await measureAll()
    : (JSON.parse(readFileSync(options.render, "utf8")) as Run);
console.log(asText(run));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run, null, 1)}\n`);
// Compiled, this file lies in .cache/build/bench.
const results = join(fileURLToPath(import.meta.url), "..", "..", "..", "..", "bench", "RESULTS.md");
if (!options["no-results"]) writeFileSync(results, asMarkdown(run));

async function measureAll(): Promise<Run> {
  const size = options.full ? FULL_MARKET : LAPTOP_MARKET;
  console.error(
    `market of ${size.instruments} instruments and ${size.sessions} sessions, in ${benchFolder()}`,
  );
  const work = await prepareWorkload(size);

  const peers = options.peers.split(",").filter(Boolean);
  const runners: Runner[] = [ours, ...peers.map((name) => (name === "pandas" ? pandas : scriptPeer(name)))];
  const loadBefore = loadavg()[0]!;
  const outcomes = new Map<Runner, Outcome>();
  const add = (runner: Runner, outcome: Outcome) => {
    const before = outcomes.get(runner);
    outcomes.set(runner, before ? together(before, outcome) : outcome);
  };
  // A machine that others use is faster at one time than at another: fresh processes of ours and of pandas take turns,
  // and the long runs of pandas stand between two of ours.
  console.error("fresh processes …");
  for (const runner of runners) runner.prepare?.(work);
  for (let i = 0; i < FRESH_RUNS; i++) {
    for (const runner of runners) if (runner.fresh) add(runner, runner.fresh(work));
  }
  for (const runner of runners) {
    console.error(`${runner.name} …`);
    add(runner, runner.run(work));
    if (runner !== pandas) continue;
    console.error("ours again …");
    add(ours, ours.run(work));
  }
  const load = [loadBefore, loadavg()[0]!] as const;
  return {
    date: today(),
    full: options.full,
    load,
    machine: machineText(),
    cores: cpus().length,
    node: process.versions.node,
    work,
    outcomes: runners.map((runner) => outcomes.get(runner)!),
  };
}
