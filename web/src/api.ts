import type {
  FactorAnswer,
  JobEvent,
  ListAnswer,
  LoopAnswer,
  Marks,
  OverviewAnswer,
  RecordKind,
  RunAnswer,
  RunRecord,
  TaskAnswer,
} from "../../src/server/library/library-types.ts";

export type * from "../../src/server/library/library-types.ts";

/** What the server answered instead of what was asked. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BASE = "/api/v1";

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch {
    throw new ApiError(0, "");
  }
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  throw new ApiError(response.status, (body as { error?: string }).error ?? response.statusText);
}

const change = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "content-type": "application/json", "x-library": "1" },
  body: JSON.stringify(body),
});

const keyed = (path: string, key: string): string => `${path}?key=${encodeURIComponent(key)}`;

export interface AlphaRow {
  readonly name: string;
  readonly expression: string | null;
}

/** Every call the pages make. */
export const api = {
  overview: () => ask<OverviewAnswer>("/overview"),
  list: (kind: RecordKind, query: URLSearchParams, signal?: AbortSignal) =>
    ask<ListAnswer>(`/${kind}?${query}`, signal ? { signal } : {}),
  factor: (key: string) => ask<FactorAnswer>(keyed("/factor", key)),
  loop: (key: string) => ask<LoopAnswer>(keyed("/loop", key)),
  tasks: () => ask<TaskAnswer[]>("/tasks"),
  alpha: (library: string) => ask<AlphaRow[]>(`/alpha/${library}`),
  mark: (kind: RecordKind, key: string, marks: Partial<Marks>) =>
    ask<Marks>(keyed(`/marks/${kind}`, key), change("PUT", marks)),
  exportMarks: () => ask<unknown[]>("/marks"),
  importMarks: (marks: unknown) => ask<{ imported: number }>("/marks", change("PUT", marks)),
  runs: () => ask<RunAnswer[]>("/runs"),
  runRecords: (id: string) => ask<RunRecord[]>(`/runs/${encodeURIComponent(id)}`),
  startSync: (source: string, mode: string, dryRun: boolean) =>
    ask<{ id: string }>("/jobs", change("POST", { source, mode, dryRun })),
  /** Calls `listener` with each event of a job; gives what ends that. */
  follow(id: string, listener: (event: JobEvent) => void): () => void {
    const events = new EventSource(`${BASE}/jobs/${encodeURIComponent(id)}/events`);
    events.onmessage = ({ data }) => {
      const event = JSON.parse(data as string) as JobEvent;
      listener(event);
      if (event.state !== "running") events.close();
    };
    return () => events.close();
  },
  file: (id: string) => `${BASE}/files/${encodeURIComponent(id)}`,
  timeline: (task: string, theme: string) =>
    `${BASE}/charts/timeline.svg?task=${encodeURIComponent(task)}&theme=${theme}`,
  comparison: (keys: readonly string[], theme: string) =>
    `${BASE}/charts/comparison.svg?${keys.map((key) => `key=${encodeURIComponent(key)}`).join("&")}&theme=${theme}`,
};
