// npm run bench expressions [-- --full] [--only NAME] [--json FILE] [--no-results]: ns per output value of every
// operator and of Alpha158 as a whole, on a generated market of 800 instruments × 3,400 sessions, or on the full one,
// some sessions at a time; and the 14-feature dataset of qlib's benchmark. Writes bench/RESULTS-expressions.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { evaluatePlan } from "../src/expression/evaluate.js";
import { planOfPanel, tableOfPanel } from "../src/expression/panel-table.js";
import { evaluateInThreads } from "../src/expression/threads.js";
import { alpha158 } from "../src/factors/alpha158.js";
import { openPanel } from "../src/index.js";
import { collectGarbage } from "./garbage.js";
import { FULL_MARKET, makeMarket } from "./market.js";
import { prepareWorkload } from "./workload.js";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "string" },
    "no-results": { type: "boolean", default: false },
  },
});

const X = "$close/Ref($close, 1)-1";
const OPERATORS: Readonly<Record<string, string>> = {
  arithmetic: "(2*$close-$high-$low)/$open",
  comparison: "If(($close>$open)&($volume>1e6), 1, 0)",
  Log: "Log($volume+1)",
  "Ref 20": "Ref($close, 20)",
  "Delta 5": "Delta($close, 5)",
  "Sum 20": "Sum($volume, 20)",
  "Count 20": "Count($volume, 20)",
  "Mean 5": "Mean($close, 5)",
  "Mean 60": "Mean($close, 60)",
  "Std 20": "Std($close, 20)",
  "Skew 20": `Skew(${X}, 20)`,
  "Kurt 20": `Kurt(${X}, 20)`,
  "Slope 20": "Slope($close, 20)",
  "Rsquare 20": "Rsquare($close, 20)",
  "Resi 20": "Resi($close, 20)",
  "Max 20": "Max($high, 20)",
  "IdxMax 20": "IdxMax($high, 20)",
  "Quantile 20": "Quantile($close, 20, 0.8)",
  "Quantile 60": "Quantile($close, 60, 0.8)",
  "Med 20": "Med($close, 20)",
  "Rank 20": "Rank($close, 20)",
  "Rank 60": "Rank($close, 60)",
  "Rank 250": "Rank($close, 250)",
  "Mad 20": "Mad($close, 20)",
  "WMA 20": "WMA($close, 20)",
  "EMA 12": "EMA($close, 12)",
  "Corr 20": "Corr($close, $volume, 20)",
  "Cov 20": "Cov($close, $volume, 20)",
  "Mean 0": "Mean($close, 0)",
  CSRank: "CSRank($close)",
  CSZScore: "CSZScore($close)",
};

/** As many features as the dataset of qlib's published benchmark has (800 stocks, 2007 to 2020, daily). */
const FOURTEEN: Readonly<Record<string, string>> = {
  KMID: "($close-$open)/$open",
  KLEN: "($high-$low)/$open",
  KSFT: "(2*$close-$high-$low)/$open",
  ROC5: "Ref($close, 5)/$close",
  ROC20: "Ref($close, 20)/$close",
  MA5: "Mean($close, 5)/$close",
  MA20: "Mean($close, 20)/$close",
  STD20: "Std($close, 20)/$close",
  MAX20: "Max($high, 20)/$close",
  MIN20: "Min($low, 20)/$close",
  RSV20: "($close-Min($low, 20))/(Max($high, 20)-Min($low, 20)+1e-12)",
  CORR20: "Corr($close, Log($volume+1), 20)",
  VMA20: "Mean($volume, 20)/($volume+1e-12)",
  VSTD20: "Std($volume, 20)/($volume+1e-12)",
};
/** Sessions computed at a time on the full market: 1.3 GB of results rather than 9. */
const SESSIONS_AT_A_TIME = 512;

const size = options.full ? FULL_MARKET : { instruments: 800, sessions: 3400 };
const market = makeMarket(size);
const table = tableOfPanel(market);
const rows = market.rowCount;
console.log(`${size.instruments} instruments, ${size.sessions} sessions, ${rows} rows`);

/** Of one task: wall and processor time of each run, and the process's memory after the last. */
interface Measured {
  readonly name: string;
  /** Output values of a run. */
  readonly values: number;
  readonly wallMs: readonly number[];
  readonly cpuMs: readonly number[];
  readonly rssMb: number;
}

const measured: Measured[] = [];

async function report(name: string, values: number, run: () => unknown): Promise<void> {
  if (options.only !== undefined && !name.startsWith(options.only)) return;
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  const until = performance.now() + 1000;
  const least = options.full ? 1 : 3;
  while (wallMs.length < least || (wallMs.length < 7 && performance.now() < until)) {
    collectGarbage(); // neither time nor memory of a run are those of the results of runs before
    const from = performance.now();
    const cpu = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(cpu);
    wallMs.push(performance.now() - from);
    cpuMs.push((user + system) / 1000);
  }
  collectGarbage();
  const one = { name, values, wallMs, cpuMs, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20) };
  measured.push(one);
  console.log(cellsOf(one).join("  "));
}

/** Name; ns per value of wall and of processor time, each "least / median"; the least wall time; memory. */
function cellsOf({ name, values, wallMs, cpuMs, rssMb }: Measured): string[] {
  const ns = (ms: number) => ((ms * 1e6) / values).toFixed(1);
  const pair = (times: readonly number[]) => {
    const sorted = [...times].sort((a, b) => a - b);
    return `${ns(sorted[0]!)} / ${ns(sorted[sorted.length >> 1]!)}`;
  };
  const least = Math.min(...wallMs);
  return [
    name.padEnd(36),
    pair(wallMs).padStart(15),
    pair(cpuMs).padStart(15),
    `${least < 1000 ? `${least.toFixed(0)} ms` : `${(least / 1000).toFixed(2)} s`}`.padStart(9),
    `${rssMb} MB`.padStart(8),
    String(wallMs.length),
  ];
}

async function bySessions(threads: number): Promise<void> {
  for (let from = 0; from < size.sessions; from += SESSIONS_AT_A_TIME) {
    const sessions = { from, to: Math.min(size.sessions, from + SESSIONS_AT_A_TIME) };
    await evaluateInThreads(table, plan, { threads, sessions });
  }
}

// Alpha158 comes first: code that has run every operator before is optimised for all of them, a tenth slower.
const expressions = alpha158({ fields: market.columnNames });
const plan = planOfPanel(market, expressions);
const count = rows * plan.names.length;
if (options.full) {
  await report("Alpha158, streamed, one thread", count, () => bySessions(1));
  await report("Alpha158, streamed, two threads", count, () => bySessions(2));
} else {
  await report("Alpha158, one thread", count, () => evaluatePlan(table, plan));
  await report("Alpha158, two threads", count, () => evaluateInThreads(table, plan, { threads: 2 }));
  const { h5 } = await prepareWorkload(size);
  const features = rows * Object.keys(FOURTEEN).length;
  await report("14 features from h5, one thread", features, async () =>
    (await openPanel(h5)).evaluate(FOURTEEN),
  );
  await report("14 features from h5, two threads", features, async () =>
    (await openPanel(h5)).evaluateInThreads(FOURTEEN, { threads: 2 }),
  );
}
for (const [name, expression] of Object.entries(OPERATORS)) {
  await report(name, rows, () => evaluatePlan(table, planOfPanel(market, { [name]: expression })));
}

const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}`;
const date = new Date().toISOString().slice(0, 16).replace("T", " ");
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ date, machine, size, rows, measured }, null, 1)}\n`);
}
// Compiled, this file lies in .cache/build/bench.
const results = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  "..",
  "bench",
  "RESULTS-expressions.md",
);
if (!options["no-results"] && options.only === undefined) writeFileSync(results, withSection(results));

/** The results file with this run's section in place of the last of its size. */
function withSection(path: string): string {
  const title = `## ${size.instruments.toLocaleString("en")} instruments × ${size.sessions.toLocaleString("en")} sessions`;
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.trim()).join(" | ")} |`;
  const heads = [
    "task",
    "wall, ns a value: least / median",
    "processor time",
    "least",
    "memory after",
    "runs",
  ];
  const section = [
    title,
    "",
    `Written by \`npm run bench expressions${options.full ? " -- --full" : ""}\` on ${date} UTC; ${rows.toLocaleString("en")} rows; ${machine}.`,
    "",
    line(heads),
    line(heads.map(() => "---")),
    ...measured.map((one) => line(cellsOf(one))),
    "",
  ].join("\n");
  const intro =
    "# Expressions\n\nNanoseconds per output value: wall time, and processor time of all threads, which on a machine that others use says more. Goals: Alpha158 at most 25 on one thread and 13 (wall) on two; the 14 features from the price file within a second.\n\n";
  const sections = readSections(path).filter((other) => !other.startsWith(title));
  return intro + [...sections, section].sort().reverse().join("\n");
}

function readSections(path: string): string[] {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return []; // the first run
  }
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .map((part) => `${part.trimEnd()}\n`);
}
