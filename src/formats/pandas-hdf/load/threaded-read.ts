import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { cellsOfBytes } from "../../../columns/cells.js";
import { CELL_BYTES, type NumericArray } from "../../../columns/table.js";
import { announceRead, type ByteFile } from "../../../files/byte-file.js";
import { announceSharedMemory } from "../../../shared-memory.js";
import type { Field } from "../field.js";
import type { RowStore } from "../row-store.js";
import {
  COPYING,
  claimSlab,
  MAIN,
  newSlabJob,
  type SlabJob,
  slabBounds,
  slabCount,
  takeSlab,
} from "./slab-job.js";
import type { SlabWorkerData } from "./slab-worker.js";

/** Bytes from which rows are taken apart with vectors: 12 MB are loaded in 41 ms so, by plain loops in 51. */
const WORTH_VECTORS = 8 << 20;
/** Bytes from which a second thread helps, 30 ms from its start to its first slab. */
const WORTH_A_THREAD = 32 << 20;
/** A slab and the cells made of it stay in a core's cache. */
const SLAB_BYTES = 1 << 18;
/** How long a worker may take over copying one slab, which takes a millisecond, before it is taken for dead. */
const COPY_TIMEOUT_MS = 1000;

/** Rows that lie one after another in a file. */
export interface RowsInFile {
  readonly file: ByteFile;
  /** Where row 0 lies. */
  readonly position: number;
  readonly rowBytes: number;
}

export interface ThreadedReadOptions {
  /** Whether a worker helps; it does by default. */
  readonly worker?: boolean | undefined;
  /** What tests choose otherwise. */
  readonly slabBytes?: number | undefined;
  readonly start?: ((data: SlabWorkerData) => void) | undefined;
}

/** Whether `readInThreads` is worth its while: many cells that are copied as they are. */
export function isWorthVectors(fields: readonly Field[], bytes: number): boolean {
  const isCopied = ({ type, unitNs = 1n }: Field) => type !== "string" && type !== "bool" && unitNs === 1n;
  return bytes >= WORTH_VECTORS && fields.every(isCopied);
}

/** Whether a worker is, too: there is a core for it. */
export function isWorthAThread(bytes: number): boolean {
  return bytes >= WORTH_A_THREAD && availableParallelism() > 1;
}

/**
 * The cells of `fields` in the rows [first, last), in shared memory: read slab by slab by this thread and a worker.
 * This thread runs `meanwhile` first, when the worker is on its way; it reads in a `session`.
 * @throws DataServiceError what `session` throws
 */
export function readInThreads(
  rows: RowsInFile,
  session: RowStore["session"],
  fields: readonly Field[],
  [first, last]: readonly [number, number],
  onRows: ((rows: number) => void) | undefined,
  meanwhile: (() => void) | undefined,
  { worker = true, slabBytes = SLAB_BYTES, start = startWorker }: ThreadedReadOptions = {},
): NumericArray[] {
  const { rowBytes } = rows;
  const rowCount = last - first;
  announceSharedMemory(rowBytes * rowCount);
  const places = fields.map(({ offset, type }) => ({ offset, width: CELL_BYTES[type] }));
  const { job, copier } = newSlabJob(places, rowBytes, rowCount, slabBytes);
  const position = rows.position + first * rowBytes;
  session((read) => {
    const { path, stamp } = rows.file;
    if (worker) start({ job, file: { path, stamp }, position });
    try {
      meanwhile?.();
      const copyHere = (slab: number) => {
        const [from, to] = slabBounds(job, slab);
        copier.copy(read(first + from, first + to), to - from, from);
      };
      const announce = (slab: number) => {
        const [from, to] = slabBounds(job, slab);
        const bytes = (to - from) * rowBytes;
        announceRead({ path: rows.file.path, bytes, position: position + from * rowBytes });
      };
      takeSlabs(job, copyHere, announce, onRows);
    } finally {
      Atomics.store(job.state, 0, slabCount(job)); // the worker finds no more slabs, whatever happened here
    }
  }, copier.room);
  return fields.map(({ type }, i) =>
    cellsOfBytes(type as Exclude<typeof type, "string">, job.columns[i]!.cells, rowCount),
  );
}

/** This thread's part: slabs that nobody has taken, then those that the worker has not done; `announce` for those it has. */
function takeSlabs(
  job: SlabJob,
  copyHere: (slab: number) => void,
  announce: (slab: number) => void,
  onRows: ((rows: number) => void) | undefined,
): void {
  const { rowCount, slabRows, state } = job;
  const count = slabCount(job);
  for (let slab = takeSlab(job); slab < count; slab = takeSlab(job)) {
    claimSlab(job, slab, MAIN);
    copyHere(slab);
    const taken = Math.min(Atomics.load(state, 0) * slabRows, rowCount);
    if (taken < rowCount) onRows?.(taken);
  }
  for (let slab = 0; slab < count; slab++) {
    if (Atomics.load(state, slab + 1) === MAIN) continue;
    if (claimSlab(job, slab, MAIN) || !isCopied(job, slab)) copyHere(slab);
    else announce(slab);
  }
  onRows?.(rowCount);
}

/** Waits for a worker that has begun to write a slab, with bytes it has read before. */
function isCopied({ state }: SlabJob, slab: number): boolean {
  return Atomics.wait(state, slab + 1, COPYING, COPY_TIMEOUT_MS) !== "timed-out";
}

/** Starts a worker that ends by itself and that nobody waits for; one that cannot start leaves the work to this thread. */
function startWorker(workerData: SlabWorkerData): void {
  try {
    // Loaded when a thread is needed: it takes 3 ms, and opening a file about 30.
    const { Worker }: typeof import("node:worker_threads") = createRequire(import.meta.url)(
      "node:worker_threads",
    );
    const worker = new Worker(new URL("./slab-worker.js", import.meta.url), {
      workerData,
      execArgv: [],
      env: {},
    });
    worker.on("error", () => undefined);
    worker.unref();
  } catch {
    return;
  }
}
