// npm run bench training [-- --full]: writes bench/RESULTS-training.md. Processors, the usual handler, windows and batches on 800
// instruments × 158 features, beside qlib's own figures and the same in pandas and numpy, run in the same hour.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Block, newCells } from "../src/training/frame/block.js";
import { Frame } from "../src/training/frame/frame.js";
import { runPipeline } from "../src/training/pipeline.js";
import { newTally } from "../src/training/processors/kind.js";
import { kindOf } from "../src/training/processors/kinds.js";
import type { Processor } from "../src/training/processors/processor.js";
import { shuffle } from "../src/training/sequences/seeded-order.js";
import { Sequences } from "../src/training/sequences/sequences.js";
import { machineText, today } from "./report.js";

const INSTRUMENTS = 800;
const FEATURES = 158;
const FULL_SESSIONS = 3400;
const isFull = process.argv.includes("--full");
const sessions = isFull ? FULL_SESSIONS : 680;
const rowCount = INSTRUMENTS * sessions;
/** Of the sessions a fit has so many, as train does of most segments. */
const FIT_SHARE = 0.55;

/** CPU seconds of qlib's own code on the full size, from the facts on training data, §12. */
const QLIB: Readonly<Record<string, number>> = {
  "RobustZScoreNorm fit": 12.4,
  "RobustZScoreNorm apply": 7.2,
  "ZScoreNorm fit": 8.1,
  "ZScoreNorm apply": 6.1,
  "CSZScoreNorm features": 26.1,
  "CSRankNorm features": 164,
  "CSRankNorm label": 1.04,
  "CSZFillna features": 119,
  "Fillna features": 8.3,
  DropnaLabel: 2.5,
  "the usual handler": 32.2,
  "sampler, length 20": 7.2,
  "sampler, by instrument": 7.2,
  "100 batches, by instrument": 4.8,
  "100 batches of 2048 x 20": 4.8,
};
/** Where the peer has one way for two of ours. */
const PEER: Readonly<Record<string, string>> = {
  "sampler, by instrument": "sampler, length 20",
  "100 batches, by instrument": "100 batches of 2048 x 20",
};
const GOAL: Readonly<Record<string, number>> = {
  "CSRankNorm features": 40,
  "CSZFillna features": 40,
  "the usual handler": 20,
  "sampler, length 20": 20,
  "sampler, by instrument": 20,
  "100 batches of 2048 x 20": 8,
  "100 batches, by instrument": 8,
};

const ours = new Map<string, number>();
let peak = 0;
let peakWithoutCopy = 0;

function timed(name: string, run: () => void): void {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  ours.set(name, Math.min(ours.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1e6));
  peak = Math.max(peak, process.memoryUsage.rss());
}

function market(sessions: number): Frame {
  const rowCount = INSTRUMENTS * sessions;
  const codes = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) codes[row] = row % INSTRUMENTS;
  const index = new PanelIndex({
    datetimes: BigInt64Array.from({ length: sessions }, (_, i) => BigInt(i) * 86_400_000_000_000n),
    instruments: Array.from({ length: INSTRUMENTS }, (_, i) => `SH${600_000 + i}`),
    offsets: Uint32Array.from({ length: sessions + 1 }, (_, s) => s * INSTRUMENTS),
    codes,
  });
  const names = Array.from({ length: FEATURES }, (_, c) => `F${c}`);
  return new Frame(
    index,
    new Map([
      ["feature", new Block(names, noise(rowCount * FEATURES))],
      ["label", new Block(["LABEL0"], noise(rowCount))],
    ]),
  );
}

/** Cells near a normal distribution, 2 % of them NaN. */
function noise(count: number): Float32Array {
  const cells = newCells("float32", count, "the benchmark's matrix") as Float32Array;
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  for (let i = 0; i < count; i++)
    cells[i] = next() < 0.02 ? Number.NaN : next() + next() + next() + next() - 2;
  return cells;
}

function apply(frame: Frame, processor: Processor, name: string, fitName?: string): void {
  const fitRows = { first: 0, last: frame.index.startOf(Math.floor(FIT_SHARE * frame.index.sessionCount)) };
  const kind = kindOf(processor);
  let fitted: ReturnType<NonNullable<typeof kind.fit>> | undefined;
  if (fitName) timed(fitName, () => (fitted = kind.fit!(frame, processor as never, fitRows)));
  timed(name, () => kind.apply(frame, processor as never, newTally(), fitted));
}

console.log(`${rowCount.toLocaleString("en")} rows × ${FEATURES} features`);
// A first run over few rows, so that what is measured is compiled.
measure(40);
ours.clear();
peak = 0;
const before = process.memoryUsage.rss();
measure(sessions);
const matrixBytes = rowCount * FEATURES * 4;

function measure(sessions: number): void {
  const frame = market(sessions);
  const fit = ["1970-01-01", null] as const;
  apply(frame, { kind: "ZScoreNorm", fields: "feature", fit }, "ZScoreNorm apply", "ZScoreNorm fit");
  apply(
    frame,
    { kind: "RobustZScoreNorm", fields: "feature", fit },
    "RobustZScoreNorm apply",
    "RobustZScoreNorm fit",
  );
  apply(frame, { kind: "CSZScoreNorm", fields: "feature" }, "CSZScoreNorm features");
  apply(frame, { kind: "CSZFillna", fields: "feature" }, "CSZFillna features");
  refill(frame);
  apply(frame, { kind: "Fillna", fields: "feature" }, "Fillna features");
  apply(frame, { kind: "CSRankNorm", fields: "label" }, "CSRankNorm label");
  apply(frame, { kind: "CSRankNorm", fields: "feature" }, "CSRankNorm features");
  refill(frame);
  const train = [
    "1970-01-01",
    new Date(Math.floor(FIT_SHARE * sessions) * 86_400_000).toISOString().slice(0, 10),
  ] as const;
  let learn = frame;
  timed("the usual handler", () => {
    const views = runPipeline(
      frame,
      {
        infer: [
          { kind: "RobustZScoreNorm", fields: "feature", fit: train },
          { kind: "Fillna", fields: "feature" },
        ],
        learn: [{ kind: "DropnaLabel" }, { kind: "CSRankNorm", fields: "label" }],
      },
      { keepRaw: false },
    );
    learn = views.learn;
  });
  const span = { startNs: undefined, endNs: undefined };
  let sequences: Sequences | undefined;
  timed("sampler, length 20", () => {
    sequences = Sequences.of(learn, learn, span, {
      length: 20,
      fill: "ffill+bfill",
      order: "instrument",
    });
  });
  const order = Uint32Array.from({ length: sequences!.count }, (_, i) => i);
  shuffle(order, 7);
  const room = new Float32Array(2048 * 20 * FEATURES);
  timed("100 batches of 2048 x 20", () => {
    for (let i = 0; i < 100; i++)
      sequences!.windows(order.subarray((i * 2048) % (order.length - 2048)).subarray(0, 2048), room);
  });

  peakWithoutCopy = peak;
  let contiguous: Sequences | undefined;
  timed("sampler, by instrument", () => {
    contiguous = Sequences.of(learn, learn, span, {
      length: 20,
      fill: "ffill+bfill",
      order: "instrument",
      contiguous: true,
    });
  });
  timed("100 batches, by instrument", () => {
    for (let i = 0; i < 100; i++) {
      const at = (i * 2048) % (order.length - 2048);
      contiguous!.windows(order.subarray(at, at + 2048), room);
    }
  });
}

/** Every 50th cell is NaN again. */
function refill(own: Frame): void {
  for (const block of own.blocks.values()) {
    const cells = block.writable();
    for (let i = 0; i < cells.length; i += 50) cells[i] = Number.NaN;
  }
}

const peers = process.argv.includes("--alone") ? {} : peerSeconds();

function peerSeconds(): Record<string, number> {
  try {
    const text = execFileSync("/usr/bin/python3", ["bench/peers/pandas_training.py", String(sessions)], {
      encoding: "utf8",
    });
    return JSON.parse(text) as Record<string, number>;
  } catch (error) {
    console.log(`pandas was not run: ${String(error).slice(0, 200)}`);
    return {};
  }
}

const share = sessions / FULL_SESSIONS;
const lines: string[] = [];
for (const [name, seconds] of ours) {
  const [qlib, peer] = [QLIB[name], peers[PEER[name] ?? name]];
  if (qlib === undefined) continue;
  const scale = name.startsWith("100 batches") ? 1 : share;
  const against = (other: number | undefined) =>
    other === undefined ? "–" : `${(other / seconds).toFixed(1)}×`;
  const goal = GOAL[name] ?? 15;
  lines.push(
    `| ${name} | ${seconds.toFixed(3)} | ${(qlib * scale).toFixed(2)} | ${against(qlib * scale)} | ${peer?.toFixed(2) ?? "–"} | ${against(peer)} | ${goal}× |`,
  );
  console.log(lines.at(-1));
}
console.log(
  `peak ${(peakWithoutCopy / 2 ** 20).toFixed(0)} MiB, ${(peak / 2 ** 20).toFixed(0)} with the copy by instrument, of which ${(before / 2 ** 20).toFixed(0)} before; the matrix ${(matrixBytes / 2 ** 20).toFixed(0)}`,
);
if (!process.argv.includes("--alone")) {
  writeFileSync(
    "bench/RESULTS-training.md",
    [
      "# Training data",
      "",
      `Written by \`npm run bench training${isFull ? " -- --full" : ""}\` on ${today()} UTC.`,
      "",
      `- ${rowCount.toLocaleString("en")} rows × ${FEATURES} features and a label, float32, 2 % NaN. CPU seconds of one thread, one run each.`,
      `- qlib: its own code's figures for ${INSTRUMENTS} × ${FULL_SESSIONS}, ${share === 1 ? "" : `times ${share.toFixed(2)}, `}taken on another day (pandas 2.3.3, Python 3.14). pandas: the same steps in pandas and numpy, run beside this.`,
      `- The matrix takes ${(matrixBytes / 2 ** 20).toFixed(0)} MiB; the process ${(peakWithoutCopy / 2 ** 20).toFixed(0)} at its peak (${(peakWithoutCopy / matrixBytes).toFixed(2)} times the matrix), ${(before / 2 ** 20).toFixed(0)} of them before the matrix; ${(peak / 2 ** 20).toFixed(0)} with the copy by instrument.`,
      `- ${machineText()}`,
      "",
      "| step | ours | qlib | ratio | pandas | ratio | goal |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...lines,
      "",
    ].join("\n"),
  );
}
