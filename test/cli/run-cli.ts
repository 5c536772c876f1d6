import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { root } from "../../scripts/build.mjs";

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const env = { ...process.env, XDG_CACHE_HOME: "/nonexistent-cache", NO_COLOR: "1" };

/** Runs the built command line in a process of its own, as a user would. */
export function cliProcess(...args: string[]): CliResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], {
    encoding: "utf8",
    env,
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

const TIMEOUT_MS = 120_000;

/** Runs commands one after another; what they print it sends. */
const THREAD = `
  const { parentPort, workerData: { address, answers, done } } = require("node:worker_threads");
  let said;
  for (const name of ["stdout", "stderr"]) process[name].write = (text) => ((said[name] += text), true);
  parentPort.on("message", async (args) => {
    said = { stdout: "", stderr: "" };
    process.argv.splice(2, Infinity, ...args);
    try {
      await (await import(address)).runProcess();
    } catch (error) {
      said.stderr += error.stack;
    }
    answers.postMessage({ status: process.exitCode, ...said });
    process.exitCode = 0;
    process.stdout.removeAllListeners("error");
    process.stderr.removeAllListeners("error");
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  });`;

let thread: ((args: readonly string[]) => CliResult) | undefined;

/** Runs the built command line in a thread that stays: a process for each of some hundred commands would take 0.2 s of a core. */
export function cli(...args: string[]): CliResult {
  thread ??= startThread();
  return thread(args);
}

function startThread(): (args: readonly string[]) => CliResult {
  const address = pathToFileURL(join(root, "dist", "cli", "run-process.js")).href;
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const workerData = { address, answers: port2, done };
  const worker = new Worker(THREAD, { eval: true, workerData, transferList: [port2], env, execArgv: [] });
  worker.unref();
  return (args) => {
    Atomics.store(done, 0, 0);
    worker.postMessage(args);
    if (Atomics.wait(done, 0, 0, TIMEOUT_MS) === "timed-out") throw new Error(`no end: ${args.join(" ")}`);
    return receiveMessageOnPort(port1)!.message as CliResult;
  };
}
