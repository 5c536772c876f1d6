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
  run(work: Workload): Promise<Outcome>;
}

const here = dirname(fileURLToPath(import.meta.url));
/** The Python script is not compiled: it is read where it was written. */
const peerSources = join(here, "..", "..", "..", "bench", "peers");

/** Fresh processes are started this many times. */
const FRESH_RUNS = 9;

export const ours: Runner = {
  name: "ours",
  async run(work) {
    const description = join(dirname(work.h5), "workload.json");
    const cache = join(dirname(work.h5), "cache");
    const script = join(here, "run-ours.js");
    const start = (...args: string[]): Report => runNode([script, description, ...args]);
    const tasks: Record<string, Samples> = {};
    const add = (report: Report) => merge(tasks, report.tasks);
    rmSync(cache, { recursive: true, force: true });
    start("fresh-window"); // brings the file into the system's cache
    for (let i = 0; i < FRESH_RUNS; i++) add(start("fresh-window"));
    start("fresh-window", cache); // leaves the cache
    const [wall, idle]: [number[], number[]] = [[], []];
    for (let i = 0; i < FRESH_RUNS; i++) {
      const from = performance.now();
      add(start("fresh-window", cache));
      const between = performance.now();
      execFileSync(process.execPath, ["-e", "0"], STDIO);
      wall.push(between - from);
      idle.push(performance.now() - between);
    }
    tasks["process-cached"] = { ms: wall, form: "from spawn to exit, without NODE_EXTRA_CA_CERTS" };
    tasks["process-idle"] = { ms: idle, form: "node -e 0, from spawn to exit" };
    for (let i = 0; i < FRESH_RUNS; i++) add(start("load"));
    add(start("memory"));
    return { name: "ours", version: process.version, tasks };
  },
};

export const pandas: Runner = {
  name: "pandas",
  async run(work) {
    const python = findPython();
    if (!python) return { name: "pandas", version: undefined, tasks: {} };
    const script = join(peerSources, "pandas_peer.py");
    const description = join(dirname(work.h5), "workload.json");
    const tasks: Record<string, Samples> = {};
    let version = "";
    for (const mode of [
      ...Array<string>(FRESH_RUNS).fill("fresh-window"),
      ...Array<string>(FRESH_RUNS).fill("load"),
      "memory",
    ]) {
      const report = parse(execFileSync(python, [script, description, mode], STDIO), python);
      version = report.version;
      merge(tasks, report.tasks);
    }
    return { name: "pandas", version, tasks };
  },
};

/** A peer whose benchmark is bench/peers/NAME.ts. */
export function scriptPeer(name: string): Runner {
  return {
    name,
    async run(work) {
      const script = join(here, "peers", `${name}.js`);
      const result = spawnSync(process.execPath, [script, join(dirname(work.h5), "workload.json")], {
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
  return parse(execFileSync(process.execPath, ["--expose-gc", ...args], STDIO), args[0]!);
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

/** The first Python that has pandas and PyTables. */
function findPython(): string | undefined {
  return ["python3", "/usr/bin/python3"].find((python) => {
    if (python.startsWith("/") && !existsSync(python)) return false;
    return spawnSync(python, ["-c", "import pandas, tables"], { stdio: "ignore" }).status === 0;
  });
}
