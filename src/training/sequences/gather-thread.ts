import type { Worker } from "node:worker_threads";
import { DataServiceError } from "../../errors.js";
import type { Cells } from "../frame/block.js";
import type { GatherSource } from "./gather.js";

/** What the thread is told: first where windows come from, then which to gather into which memory. */
export type GatherMessage =
  | { readonly source: GatherSource }
  | { readonly samples: Uint32Array; readonly out: Cells };

/** A second thread that gathers windows into shared memory, in the order it is asked. */
export class GatherThread {
  readonly #worker: Worker;
  readonly #waiting: { readonly resolve: () => void; readonly reject: (cause: Error) => void }[] = [];

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", () => this.#waiting.shift()?.resolve());
    worker.on("error", (cause: Error) => this.#fail(cause));
    worker.on("exit", (code) => this.#fail(new Error(`it ended with code ${code}`)));
  }

  static async start(source: GatherSource): Promise<GatherThread> {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(new URL("./gather-worker.js", import.meta.url));
    const thread = new GatherThread(worker);
    const message: GatherMessage = { source };
    worker.postMessage(message);
    return thread;
  }

  /** Settles when the windows of these samples are in `out`. */
  gather(samples: Uint32Array, out: Cells): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    done.catch(() => undefined); // awaited later: a failure until then is not unhandled
    const message: GatherMessage = { samples, out };
    this.#worker.postMessage(message);
    return done;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(cause: Error): void {
    const problem = `the thread that gathers batches failed: ${cause.message}; leave prefetch out to gather them on this one`;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new DataServiceError("thread-failed", problem, {}, cause));
    }
  }
}
