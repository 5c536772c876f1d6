import { randomUUID } from "node:crypto";
import type { Store } from "../../research/store/store.js";
import { sync } from "../../research/sync/sync.js";
import type { JobEvent } from "./library-types.js";

/** Events that are kept of a job, for whoever asks late. */
const MOST_EVENTS = 500;
const MOST_JOBS = 20;

export interface Job {
  readonly id: string;
  readonly events: readonly JobEvent[];
  /** Calls `listener` for what has been said and what will be; gives what ends that. */
  follow(listener: (event: JobEvent) => void): () => void;
}

/** What the pages start: one sync at a time, each with what it said. */
export class Jobs {
  readonly #store: Store;
  readonly #jobs = new Map<string, Job>();
  #running: string | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** The job that runs now. */
  get running(): string | undefined {
    return this.#running;
  }

  /** Starts a sync of a source; the caller has looked that none runs. */
  startSync(source: string, mode: "full" | "incremental", dryRun: boolean): Job {
    const { job, say } = newJob();
    this.#jobs.set(job.id, job);
    for (const id of this.#jobs.keys()) if (this.#jobs.size > MOST_JOBS) this.#jobs.delete(id);
    this.#running = job.id;
    void this.#run(source, mode, dryRun, say);
    return job;
  }

  async #run(
    source: string,
    mode: "full" | "incremental",
    dryRun: boolean,
    say: (event: JobEvent) => void,
  ): Promise<void> {
    try {
      const report = await sync(source, this.#store, {
        mode,
        dryRun,
        onProgress: (progress) => say({ state: "running", text: JSON.stringify(progress) }),
      });
      say({ state: "done", text: JSON.stringify(report) });
    } catch (error) {
      say({ state: "failed", text: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running = undefined;
    }
  }
}

function newJob(): { job: Job; say: (event: JobEvent) => void } {
  const events: JobEvent[] = [];
  const listeners = new Set<(event: JobEvent) => void>();
  const say = (event: JobEvent) => {
    if (events.length === MOST_EVENTS) events.splice(0, MOST_EVENTS / 2);
    events.push(event);
    for (const listener of listeners) listener(event);
  };
  const follow = (listener: (event: JobEvent) => void) => {
    for (const event of events) listener(event);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return { job: { id: randomUUID(), events, follow }, say };
}
