import { randomUUID } from "node:crypto";
import type { Store } from "../../research/store/store.js";
import { sync } from "../../research/sync/sync.js";
import type { JobEvent, JobRequest } from "./library-types.js";

/** Events that are kept of a job, for whoever asks late. */
const MOST_EVENTS = 500;
const MOST_JOBS = 20;

export interface Job {
  readonly id: string;
  readonly events: readonly JobEvent[];
  /** Calls `listener` for what has been said and what will be; gives what ends that. */
  follow(listener: (event: JobEvent) => void): () => void;
}

type Say = (event: JobEvent) => void;

/** What the pages start: one job at a time, each with what it said. */
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

  /** Starts a job; the caller has looked that none runs. */
  start(request: JobRequest): Job {
    const { job, say } = newJob();
    this.#jobs.set(job.id, job);
    for (const id of this.#jobs.keys()) if (this.#jobs.size > MOST_JOBS) this.#jobs.delete(id);
    this.#running = job.id;
    const work = request.job === "sync" ? this.#sync(request, say) : checkBackfill(request.registry, say);
    void work
      .then(say, (error: unknown) =>
        say({ state: "failed", text: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => {
        this.#running = undefined;
      });
    return job;
  }

  async #sync(request: JobRequest & { job: "sync" }, say: Say): Promise<JobEvent> {
    const { source, mode = "incremental", dryRun = false } = request;
    const { state, counts, problems } = await sync(source, this.#store, {
      mode,
      dryRun,
      onProgress: ({ kind, records }) => say({ state: "running", text: kind, done: records }),
    });
    const text = [state, ...problems.map(({ kind, problem }) => `${kind}: ${problem}`)].join("\n");
    return { state: "done", text, counts: counts as NonNullable<JobEvent["counts"]> };
  }
}

/** What workspaces lack; nothing is written to find out. */
async function checkBackfill(registry: string, say: Say): Promise<JobEvent> {
  const { backfill } = await import("../../research/backfill/backfill.js");
  const { checks } = await backfill(registry, {
    mode: "check",
    allTaskRuns: true,
    onProgress: (progress) => say({ state: "running", text: "backfill-check", ...progress }),
  });
  const lacking = checks.flatMap(({ workspaceId, exists, files }) => {
    const lacks = Object.entries(files).flatMap(([name, { state }]) =>
      state === "whole" ? [] : [`${name}: ${state}`],
    );
    if (exists && lacks.length === 0) return [];
    return [{ workspace: workspaceId, lacks: exists ? lacks : ["folder: missing"] }];
  });
  return { state: "done", text: `${checks.length}`, total: checks.length, lacking };
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
