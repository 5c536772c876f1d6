import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { DataServiceError } from "../errors.js";
import { announceSharedMemory, copyToSharedMemory } from "../shared-memory.js";
import { type EvaluateOptions, type Evaluation, evaluatePlan, lastPass, named } from "./evaluate.js";
import type { ExpressionPlan } from "./expression-plan.js";
import type { Pass } from "./pass.js";
import { type PatchJob, runPatches } from "./patches.js";
import type { ExpressionTable } from "./table.js";

export interface ThreadOptions extends EvaluateOptions {
  /** How many threads, this one among them, up to 256. By default 2, or 1 where the work is too small to be worth a thread. */
  readonly threads?: number | undefined;
}

/** Values to compute below which starting a thread and sharing the columns costs more than it saves. */
const WORTH_A_THREAD = 20_000_000;
const MOST_THREADS = 256;

/**
 * `evaluatePlan` on several threads, with the same result bit by bit. Columns that do not lie in shared
 * memory are copied there once; the results do. Cross-sections are computed on this thread before.
 * @param start gives a worker thread; tests give others
 * @throws DataServiceError bad-request (`threads`), thread-failed
 */
export async function evaluateInThreads(
  table: ExpressionTable,
  plan: ExpressionPlan,
  options: ThreadOptions = {},
  start: () => Promise<Worker> = startWorker,
): Promise<Evaluation> {
  const values = table.codes.length * plan.names.length;
  const threads = options.threads ?? (values < WORTH_A_THREAD ? 1 : Math.min(2, availableParallelism()));
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    const problem = `threads: ${String(threads)} is not a whole number from 1 to ${MOST_THREADS}`;
    throw new DataServiceError("bad-request", problem);
  }
  if (threads === 1) return evaluatePlan(table, plan, options);
  const { pass, firstRow, lastRow } = lastPass(table, plan, options);
  const length = (lastRow - firstRow) * Float32Array.BYTES_PER_ELEMENT;
  announceSharedMemory(length * plan.names.length);
  const outputs = plan.names.map(() => new Float32Array(new SharedArrayBuffer(length)));
  const patches: PatchJob = {
    pass: sharedPass(pass),
    outputs,
    firstRow,
    counter: new Int32Array(new SharedArrayBuffer(4)),
  };
  const workers: Worker[] = [];
  const works: Promise<unknown>[] = [];
  try {
    while (workers.length < threads - 1) {
      const worker = await start().catch(refuseThread);
      workers.push(worker);
      works.push(giveWork(worker, patches));
    }
    runPatches(patches, options.onProgress);
    await Promise.all(works);
    options.onProgress?.(table.instrumentCount, table.instrumentCount);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { firstRow, lastRow, columns: named(plan.names, outputs) };
}

async function startWorker(): Promise<Worker> {
  const { Worker } = await import("node:worker_threads");
  return new Worker(new URL("./worker.js", import.meta.url));
}

/** Has a worker take part; settles when it finds no more work, or ends. */
function giveWork(worker: Worker, job: PatchJob): Promise<unknown> {
  const done = new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the worker exited with code ${code}`)));
    worker.postMessage(job);
  }).catch(refuseThread);
  done.catch(() => undefined); // awaited later: a failure until then is not unhandled
  return done;
}

function refuseThread(cause: Error): never {
  const problem = `a worker thread failed: ${cause.message}; compute with threads: 1, or fewer rows or expressions at a time`;
  const advice = { code: "fewer-threads", words: "compute with threads: 1, or fewer" } as const;
  throw new DataServiceError("thread-failed", problem, { advice }, cause);
}

/** The pass with every array in shared memory and nothing that cannot be sent. */
function sharedPass(pass: Pass): Pass {
  const { sessionCount, instrumentCount, offsets, codes } = pass.keys;
  return {
    ...pass,
    keys: {
      sessionCount,
      instrumentCount,
      offsets: copyToSharedMemory(offsets),
      codes: copyToSharedMemory(codes),
    },
    spans: { from: copyToSharedMemory(pass.spans.from), to: copyToSharedMemory(pass.spans.to) },
    columns: pass.columns.map((column) =>
      column.by === "row"
        ? { by: "row" as const, cells: copyToSharedMemory(column.cells), firstRow: column.firstRow }
        : { by: "session" as const, cells: copyToSharedMemory(column.cells) },
    ),
  };
}
