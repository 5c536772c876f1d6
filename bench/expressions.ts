// node scripts/bench.mjs expressions [--full] [--only NAME]: ns per output value of every operator and
// of Alpha158 as a whole, on a generated market of 800 instruments × 3,400 sessions, or the full one.
import { parseArgs } from "node:util";
import { evaluateByInstrument, evaluateExpressions } from "../src/expression/evaluate.js";
import { type ExpressionTable, type NumericColumn, tableOf } from "../src/expression/table.js";
import { evaluateInThreads } from "../src/expression/threads.js";
import { alpha158 } from "../src/factors/alpha158.js";
import { FULL_MARKET, makeMarket } from "./market.js";

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "expressions"),
  options: { full: { type: "boolean", default: false }, only: { type: "string" } },
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

const market = makeMarket(options.full ? FULL_MARKET : { instruments: 800, sessions: 3400 });
const { index } = market;
const table: ExpressionTable = tableOf(
  {
    sessionCount: index.sessionCount,
    instrumentCount: index.instruments.length,
    offsets: Uint32Array.from({ length: index.sessionCount + 1 }, (_, s) => index.startOf(s)),
    codes: index.codes,
  },
  Object.fromEntries(market.columnNames.map((name) => [name, market.column(name).values as NumericColumn])),
  index.instruments,
);
const rows = market.rowCount;
console.log(`${index.instruments.length} instruments, ${index.sessionCount} sessions, ${rows} rows`);

async function report(name: string, outputs: number, run: () => unknown): Promise<void> {
  if (options.only !== undefined && !name.startsWith(options.only)) return;
  const times: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  const until = performance.now() + 2000;
  while (times.length < 2 || (times.length < 7 && performance.now() < until)) {
    const from = performance.now();
    const cpu = process.cpuUsage();
    await run();
    times.push(performance.now() - from);
    const { user, system } = process.cpuUsage(cpu);
    least = Math.min(least, (user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1]!;
  const ns = (median * 1e6) / (rows * outputs);
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${name.padEnd(26)} ${ns.toFixed(1).padStart(8)} ns/value ${median.toFixed(0).padStart(8)} ms  cpu ${((least * 1e6) / (rows * outputs)).toFixed(1)} ns/value  rss ${memory} MB`,
  );
}

function drain(expressions: Readonly<Record<string, string>>): void {
  for (const block of evaluateByInstrument(table, expressions)) void block;
}

for (const [name, expression] of Object.entries(OPERATORS)) {
  await report(name, 1, () => evaluateExpressions(table, { [name]: expression }));
}
const expressions = alpha158({ fields: market.columnNames });
const count = Object.keys(expressions).length;
await report("Alpha158 by instrument", count, () => drain(expressions));
if (!options.full) {
  await report("Alpha158 whole", count, () => evaluateExpressions(table, expressions));
  await report("Alpha158 whole, 2 threads", count, () =>
    evaluateInThreads(table, expressions, { threads: 2 }),
  );
}
