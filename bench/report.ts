import { cpus, totalmem } from "node:os";
import { duration, goalText, missedGoals, reachedText, times, type Yardstick } from "./goals.js";
import { type Figure, figureOf, type Samples } from "./measure.js";
import { TASKS, type Task } from "./tasks.js";
import type { Workload } from "./workload.js";

/** What one side of the table reported. */
export interface Outcome {
  readonly name: string;
  /** Undefined where it is not installed. */
  readonly version: string | undefined;
  readonly tasks: Readonly<Record<string, Samples>>;
  readonly failure?: string;
}

export interface Run {
  readonly date: string;
  readonly full: boolean;
  /** Processes that wanted to run, before and after: more than there are cores makes the figures doubtful. */
  readonly load: readonly [number, number];
  /** Where and with what it was measured. */
  readonly machine: string;
  readonly cores: number;
  readonly node: string;
  readonly work: Workload;
  /** Ours first. */
  readonly outcomes: readonly Outcome[];
}

interface Row {
  readonly task: Task;
  readonly ours: Figure | undefined;
  readonly peers: readonly (Figure | undefined)[];
  readonly yardstick: Yardstick;
  /** What is missed, in words; empty when the goal is reached or cannot be judged. */
  readonly missed: string;
}

function rowsOf({ outcomes, full, work }: Run): Row[] {
  const [mine, ...peers] = outcomes;
  const figure = (outcome: Outcome | undefined, id: string) => {
    const samples = outcome?.tasks[id];
    return samples && samples.ms.length > 0 ? figureOf(samples.ms) : undefined;
  };
  const idleMs = figure(mine, "process-idle")?.median;
  const valueBytes = work.rows * VALUE_BYTES_A_ROW;
  return TASKS.map((task) => {
    const own = figure(mine, task.id);
    const others = peers.map((peer) => figure(peer, PEER_TASK[task.id] ?? task.id));
    const pandas = others[peers.findIndex(({ name }) => name === "pandas")];
    const ratio = own && pandas ? pandas.median / own.median : undefined;
    const yardstick = { ratio, idleMs, valueBytes };
    return {
      task,
      ours: own,
      peers: others,
      yardstick,
      missed: full && own ? missedGoals(task, own, yardstick) : "",
    };
  });
}

/** Six columns of float32. */
const VALUE_BYTES_A_ROW = 24;

/** What a peer does in its place: without a cache, threads or a second order to keep, the same work as at any other time. */
const PEER_TASK: Readonly<Record<string, string>> = {
  "open-window-cached": "open-window",
  "rolling-one": "rolling",
  "window-universe": "window",
  "window-bars-universe": "window-bars",
  "bars-one-laid": "bars-one",
  "series-laid": "series",
  "group-laid": "group",
};

/** How many runs, and the tenth and ninetieth percentile. */
function runsText(ms: readonly number[]): string {
  if (ms.length < 2) return "1 run";
  const { low, high } = figureOf(ms);
  return `${ms.length} runs, ${duration(low)} .. ${duration(high)}`;
}

function cellsOf({ task, ours, peers, yardstick, missed }: Row): string[] {
  const reached = ours ? reachedText(task, ours, yardstick) : "";
  const own = ours
    ? `${duration(ours.median)} (${duration(ours.low)} .. ${duration(ours.high)})${reached && ` · ${reached}`}`
    : "–";
  const others = peers.map((peer) =>
    peer ? `${duration(peer.median)}${ours ? ` · ${times(peer.median / ours.median)}` : ""}` : "–",
  );
  return [task.title, own, goalText(task) + (missed ? " **missed**" : ""), ...others];
}

function headings({ outcomes }: Run): string[] {
  const peers = outcomes
    .slice(1)
    .map(({ name, version, failure }) => `${name} ${version ?? (failure ? "failed" : "not installed")}`);
  return ["task", "ours: median (p10 .. p90)", "goal", ...peers];
}

export function machineText(): string {
  const cores = cpus();
  return `${cores[0]?.model ?? "unknown processor"}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`;
}

/** The minute it is, UTC: `2020-03-02 09:31`. */
export function today(): string {
  return new Date().toISOString().slice(0, 16).replace("T", " ");
}

/** The table for a terminal. */
export function asText(run: Run): string {
  const table = [headings(run), ...rowsOf(run).map(cellsOf)];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "", ...observations(run)].join("\n");
}

/** bench/RESULTS.md. */
export function asMarkdown(run: Run): string {
  const { work, outcomes, load, machine, cores, node } = run;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const heads = headings(run);
  const missed = rowsOf(run).filter((row) => row.missed);
  return [
    "# Benchmark results",
    "",
    `Written by \`npm run bench${run.full ? " -- --full" : ""}\` on ${run.date} UTC.`,
    "",
    `- Market: ${work.size.instruments.toLocaleString("en")} instruments × ${work.size.sessions.toLocaleString("en")} sessions, ${work.rows.toLocaleString("en")} rows, six float32 columns; factor: ${work.factorRows.toLocaleString("en")} rows.`,
    `- Machine: ${machine}; load ${load[0]!.toFixed(1)} when the run began and ${load[1]!.toFixed(1)} when it ended, of ${cores} cores.`,
    `- Versions: Node ${node}, ${outcomes
      .slice(1)
      .map(({ name, version }) => `${name} ${version ?? "not installed"}`)
      .join(", ")}.`,
    "",
    "A figure is the median of many runs after a warm-up, with the tenth and ninetieth percentile. A peer's cell says its median and how many times ours fits into it. A load above the number of cores means that other programs ran: the figures are then too high on all sides, the p99 most of all.",
    "",
    line(heads),
    line(heads.map(() => "---")),
    ...rowsOf(run).map((row) => line(cellsOf(row))),
    "",
    ...observations(run).map((text) => `- ${text}`),
    "",
    "## Goals missed",
    "",
    ...(run.full && missed.length > 0 ? [WHEN, ""] : []),
    ...(run.full
      ? missed.length > 0
        ? missed.map((row) => `- ${row.task.title}: ${row.missed}. ${WHY[row.task.id] ?? ""}`.trimEnd())
        : ["None."]
      : ["Goals are judged at the full size (`npm run bench -- --full`)."]),
    "",
    "## How each was asked",
    "",
    ...outcomes.flatMap(({ name, tasks, failure }) => [
      `**${name}**${failure ? `: failed, ${failure}` : ""}`,
      "",
      ...Object.entries(tasks).map(([id, { form, ms }]) => `- ${id}: \`${form}\` (${runsText(ms)})`),
      "",
    ]),
  ].join("\n");
}

const WHEN =
  "What a profile says of them was measured apart from this run, on 2026-11-26 and 27, on a machine of this kind that did nothing else.";

/** What a profile says of goals that are missed; by task. */
const WHY: Readonly<Record<string, string>> = {
  "open-window":
    "Of 57 ms on a quiet machine 14 read 57 MB of row codes, 5 compare them, 15 are the structure of the file in code that is loaded and runs for the first time, 6 finding the window's rows, 5 its cells. pandas' read takes 0.27 to 2.6 s, as the kernel finds the huge pages numpy asks for.",
  "open-window-cached":
    "Of the 21 to 31 ms 7 are the digests of the file and of its copy, 2 the index, 10 finding the window's rows, most of it code that runs for the first time, 3 its cells. pandas' time depends on huge pages, as above.",
  "process-cached":
    "Node itself takes a third of it, importing the package 18 to 30 ms, the answer 20 to 34, an ES module instead of `-e` and what the bench loads and prints the rest: 83 ms where the machine is quiet.",
  load: "Some 93,000 pages of fresh memory are touched for the first time: with the reads that is 340 ms and more of processor time in the kernel, on two threads; outside of it 190 to 230 ms turn rows into columns and start the second thread. Both are busy from the beginning: checking the keys meanwhile gains 5 to 17 ms. numpy asks for huge pages, Node cannot.",
  window:
    "Some 36 µs take its rows from those kept of the universe, 110 gather 36,000 cells; alone on a quiet machine the same code takes 150 µs, in bursts of other programs' use of the caches 250.",
  unstack:
    "57 MB of fresh memory take 30 to 110 ms to touch for the first time here, and the matrix has 87 MB.",
  rolling:
    "Of 20 ns a row on one thread 4.5 are the kernel; finding where each cell lies, bringing cells to the order of instruments and back and touching fresh memory are the others. A second thread gains a tenth: sharing the column and starting it take the rest.",
  "join-inner":
    "Gathering the columns takes half of it and waits for memory; then come the rows that meet and keeping them.",
};

/** The goals that are no times: memory and steadiness. */
function observations({ outcomes }: Run): string[] {
  const tasks = outcomes[0]!.tasks;
  const lines: string[] = [];
  const loadNote = tasks.load?.note;
  if (loadNote !== undefined) {
    const { valueBytes, rss, most } = JSON.parse(loadNote) as Record<"valueBytes" | "rss" | "most", number>;
    const goal = 1.35 * valueBytes + 150e6;
    lines.push(
      `Memory after loading all columns: ${mega(rss)} for ${mega(valueBytes)} of values (goal: ${mega(goal)}${rss <= goal ? "" : ", missed"}); highest on the way ${mega(most)}.`,
    );
  }
  const laid = tasks["by-instrument"];
  if (laid) {
    const { rssGrowth } = JSON.parse(laid.note!) as Record<"rssGrowth", number>;
    lines.push(`Laying a panel out by instrument took ${mega(rssGrowth)} more memory.`);
  }
  const random = tasks["random-windows"];
  if (random) {
    const { median, p99, runs } = figureOf(random.ms);
    const { rssGrowth } = JSON.parse(random.note!) as { rssGrowth: number };
    lines.push(
      `${runs.toLocaleString("en")} random windows: median ${duration(median)}, p99 ${duration(p99)}, ${times(p99 / median)} the median (goal: 4×${p99 <= 4 * median ? "" : ", missed"}); memory grew by ${mega(rssGrowth)}.`,
    );
  }
  return lines;
}

function mega(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
}
