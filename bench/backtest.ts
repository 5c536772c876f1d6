// npm run bench backtest [-- --full]: writes bench/RESULTS-backtest.md. TopkDropout 50/5 over 800 instruments × 2,500 sessions beside two loops
// in pandas that come to the same account; with --full also a full market of 5,000 × 4,100, halts and limits included.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Market } from "../src/backtest/market/market.js";
import { replay } from "../src/backtest/replay/replay.js";
import { Column } from "../src/columns/column.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Panel } from "../src/panel/panel.js";
import { Random } from "./random.js";
import { machineText, today } from "./report.js";
import { benchFolder } from "./workload.js";

const [TOPK, N_DROP, RUNS] = [50, 5, 5];
const DAY_NS = 86_400_000_000_000n;

interface Made {
  readonly market: Market;
  readonly scores: Panel;
  readonly close: Float32Array;
  readonly score: Float32Array;
}

/** A random walk a name, one bar in fifty halted; scores without equal ones. */
function make(sessions: number, width: number, isLimited: boolean): Made {
  const source = new Random(22);
  const random = () => source.uniform();
  const [close, score] = [new Float32Array(sessions * width), new Float32Array(sessions * width)];
  const change = new Float32Array(sessions * width);
  const prices = Float64Array.from({ length: width }, () => 5 + 50 * random());
  for (let s = 0; s < sessions; s++) {
    for (let c = 0; c < width; c++) {
      const move = (random() - 0.5) * (isLimited && random() < 0.05 ? 0.22 : 0.05);
      prices[c]! *= 1 + move;
      const isHalted = random() < 0.02;
      close[s * width + c] = isHalted ? Number.NaN : prices[c]!;
      change[s * width + c] = isHalted ? Number.NaN : move;
      score[s * width + c] = random();
    }
  }
  const datetimes = BigInt64Array.from({ length: sessions }, (_, s) => BigInt(14_610 + s) * DAY_NS);
  const instruments = Array.from({ length: width }, (_, c) => `SH${600_000 + c}`);
  const factor = new Float32Array(sessions * width).fill(1);
  const fields = new Map([
    ["close", () => close],
    ["factor", () => factor],
    ...(isLimited ? [["change", () => change] as const] : []),
  ]);
  const market = new Market({
    label: "a random market",
    datetimes,
    instruments,
    firstBar: new Int32Array(width),
    endBar: new Int32Array(width).fill(sessions),
    fields,
  });
  const index = new PanelIndex({
    datetimes,
    instruments,
    offsets: Uint32Array.from({ length: sessions + 1 }, (_, s) => s * width),
    codes: Int32Array.from({ length: sessions * width }, (_, row) => row % width),
  });
  return {
    market,
    scores: new Panel(index, new Map([["score", Column.of("float32", score)]])),
    close,
    score,
  };
}

function measured({ market, scores }: Made): { ms: number; account: number; orders: number } {
  const times: number[] = [];
  let [account, orders] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const begun = process.cpuUsage();
    const result = replay(scores, market, {
      strategy: { name: "topk-dropout", topk: TOPK, nDrop: N_DROP },
      exchange: {
        openCost: 0.0005,
        closeCost: 0.0015,
        limitThreshold: market.hasField("$change") ? 0.095 : "none",
      },
      benchmark: false,
      start: market.datetimes[1]!,
      end: market.datetimes.at(-1)!,
    });
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / 1000);
    account = result.report.column("account").at(-1)!;
    orders = result.orders.length; // made when asked for: not part of the time
  }
  return { ms: times.sort((a, b) => a - b)[RUNS >> 1]!, account, orders };
}

const lines: string[] = [];
const tell = (line: string) => {
  console.log(line);
  lines.push(line);
};

const [sessions, width] = [2500, 800];
const made = make(sessions, width, false);
const ours = measured(made);
tell(`| replay, ${width} × ${sessions.toLocaleString("en")} | ${ours.ms.toFixed(0)} ms |`);
const folder = join(benchFolder(), "backtest");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "close.f32"), made.close);
writeFileSync(join(folder, "score.f32"), made.score);
const python = ["python3", "/usr/bin/python3"].find(
  (name) => spawnSync(name, ["-c", "import pandas"]).status === 0,
);
const PEERS = {
  pandas_exchange:
    "qlib's steps per order and holding (limits, lots, a copy of the position, indicators), quotes in frames",
  pandas_backtest: "a lean loop: no limits, records or indicators, one frame of prices",
};
for (const [peer, what] of Object.entries(PEERS))
  tell(`| ${what} | ${python ? beside(python, peer) : "not run: no Python with pandas"} |`);

/** The time of a loop in pandas over the same market, which must come to the same account. */
function beside(interpreter: string, peer: string): string {
  const args = [folder, sessions, width, TOPK, N_DROP].map(String);
  const { stdout, stderr } = spawnSync(interpreter, [`bench/peers/${peer}.py`, ...args], {
    encoding: "utf8",
  });
  if (!stdout) throw new Error(stderr);
  const { ms, account, pandas } = JSON.parse(stdout) as { ms: number; account: number; pandas: string };
  if (Math.abs(account / ours.account - 1) > 1e-9)
    throw new Error(`not the same backtest: ${account} and ${ours.account}`);
  return `${ms.toFixed(0)} ms with pandas ${pandas}, ${(ms / ours.ms).toFixed(0)} times as long`;
}
if (process.argv.includes("--full")) {
  const full = measured(make(4100, 5000, true));
  tell(
    `| replay, 5,000 × 4,100, with limits, ${full.orders.toLocaleString("en")} orders | ${full.ms.toFixed(0)} ms |`,
  );
}
writeFileSync(
  "bench/RESULTS-backtest.md",
  [
    "# A daily backtest",
    "",
    `Written by \`npm run bench backtest${process.argv.includes("--full") ? " -- --full" : ""}\` on ${today()} UTC.`,
    "",
    `- TopkDropout ${TOPK}/${N_DROP}, costs and lots, one bar in fifty halted; from prices and scores in memory to the report; processor time, so that what else runs does not count. The median of ${RUNS} runs, the loops in pandas once.`,
    "- qlib cannot be installed where this is written. The first loop does what its exchange, executor and account do, written anew; both loops end with our account to 1e-9.",
    `- ${machineText()}`,
    "",
    "| task | time |",
    "| --- | --- |",
    ...lines,
    "",
  ].join("\n"),
);
