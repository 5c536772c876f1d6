import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report, Samples } from "./measure.js";
import type { Outcome } from "./report.js";
import type { Workload } from "./workload.js";

/** One side of the table. */
export interface Runner {
  readonly name: string;
  /** Before anything is timed. */
  prepare?(work: Workload): void;
  /** What is timed in fresh processes, once. */
  fresh?(work: Workload): Outcome;
  /** What is timed in one process, again and again. */
  run(work: Workload): Outcome;
}

const here = dirname(fileURLToPath(import.meta.url));
/** The Python script is not compiled: it is read where it was written. */
const peerSources = join(here, "..", "..", "..", "bench", "peers");

const descriptionOf = (work: Workload) => join(dirname(work.h5), "workload.json");
const cacheOf = (work: Workload) => join(dirname(work.h5), "cache");
const runOurs = (work: Workload, ...args: string[]) =>
  runNode([join(here, "run-ours.js"), descriptionOf(work), ...args]);

export const ours: Runner = {
  name: "ours",
  prepare(work) {
    rmSync(cacheOf(work), { recursive: true, force: true });
    runOurs(work, "fresh-window"); // brings the file into the system's cache
    runOurs(work, "fresh-window", cacheOf(work)); // leaves the cache
  },
  fresh(work) {
    const tasks: Record<string, Samples> = {};
    merge(tasks, runOurs(work, "fresh-window").tasks);
    const began = performance.now();
    merge(tasks, runOurs(work, "fresh-window", cacheOf(work)).tasks);
    const between = performance.now();
    execFileSync(process.execPath, ["-e", "0"], STDIO);
    const ended = performance.now();
    tasks["process-cached"] = {
      ms: [between - began],
      form: "from spawn to exit, without NODE_EXTRA_CA_CERTS",
    };
    tasks["process-idle"] = { ms: [ended - between], form: "node -e 0, from spawn to exit" };
    merge(tasks, runOurs(work, "load").tasks);
    return { name: "ours", version: process.version, tasks };
  },
  run: (work) => ({ name: "ours", ...runOurs(work, "memory") }),
};

export const pandas: Runner = {
  name: "pandas",
  fresh(work) {
    const [window, load] = [runPandas(work, "fresh-window"), runPandas(work, "load")];
    return together({ name: "pandas", ...window }, { name: "pandas", ...load });
  },
  run: (work) => ({ name: "pandas", ...runPandas(work, "memory") }),
};

function runPandas(work: Workload, mode: string): Omit<Outcome, "name"> {
  const path = findPython();
  if (!path) return { version: undefined, tasks: {} };
  const script = join(peerSources, "pandas_peer.py");
  return parse(execFileSync(path, [script, descriptionOf(work), mode], STDIO), path);
}

/** A peer whose benchmark is bench/peers/NAME.ts. */
export function scriptPeer(name: string): Runner {
  return {
    name,
    run(work) {
      const script = join(here, "peers", `${name}.js`);
      const result = spawnSync(process.execPath, [script, descriptionOf(work)], {
        ...STDIO,
        env: { ...ENVIRONMENT, NODE_OPTIONS: "--max-old-space-size=8192" },
      });
      if (result.status === 0) return { name, ...parse(result.stdout, name) };
      const reason = /Error.*/.exec(result.stderr)?.[0] ?? `ended with ${result.signal ?? result.status}`;
      const missing = result.stderr.includes("ERR_MODULE_NOT_FOUND");
      return { name, version: undefined, tasks: {}, ...(!missing && { failure: reason }) };
    },
  };
}

/**
 * Without the certificates that NODE_EXTRA_CA_CERTS may name: Node 20 reads them when it starts, 70 ms and more for those
 * of a system, whatever it then does. Newer ones wait until they are needed.
 */
const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env;
const STDIO = { encoding: "utf8", maxBuffer: 1 << 28, env: ENVIRONMENT } as const;

function runNode(args: readonly string[]): Report {
  return parse(execFileSync(process.execPath, [...args], STDIO), args[0]!);
}

function parse(output: string, who: string): Report {
  const line = output.trim().split("\n").at(-1);
  if (!line?.startsWith("{"))
    throw new Error(`${who} printed no report but ${JSON.stringify(output.slice(0, 300))}`);
  return JSON.parse(line) as Report;
}

/** Adds the samples of one more run of a task to those of the runs before. */
function merge(into: Record<string, Samples>, more: Readonly<Record<string, Samples>>): void {
  for (const [task, samples] of Object.entries(more)) {
    into[task] = { ...samples, ms: [...(into[task]?.ms ?? []), ...samples.ms] };
  }
}

/** Two runs of the same side as one. */
export function together(first: Outcome, second: Outcome): Outcome {
  const tasks = { ...first.tasks };
  merge(tasks, second.tasks);
  return { ...second, tasks };
}

let python: string | null | undefined;

/** The first Python that has pandas and PyTables. */
function findPython(): string | null {
  python ??=
    ["python3", "/usr/bin/python3"].find((path) => {
      if (path.startsWith("/") && !existsSync(path)) return false;
      return spawnSync(path, ["-c", "import pandas, tables"], { stdio: "ignore" }).status === 0;
    }) ?? null;
  return python;
}
