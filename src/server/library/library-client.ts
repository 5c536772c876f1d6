import type {
  AlphaFactorAnswer,
  ExportedMark,
  FactorAnswer,
  JobRequest,
  ListAnswer,
  LoopAnswer,
  Marks,
  OverviewAnswer,
  RecordAnswer,
  RecordKind,
  RunAnswer,
  RunRecord,
  TaskAnswer,
  ValuesAnswer,
} from "./library-types.js";

/** What the server answered instead of what was asked; status 0: it did not answer. */
export class LibraryProblem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "LibraryProblem";
    this.status = status;
  }
}

export interface LibraryClientOptions {
  /** Of a server off loopback. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** Every call of the library's API, with the types of its answers; the pages use it, and so may others. */
export class LibraryClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof globalThis.fetch;

  /** @param address where the server is: `http://127.0.0.1:4870`, or "" for the page's own */
  constructor(address: string, { token, fetch = globalThis.fetch }: LibraryClientOptions = {}) {
    this.#base = `${address.replace(/\/$/, "")}/api/v1`;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#fetch = (...request) => fetch(...request);
  }

  overview = () => this.#ask<OverviewAnswer>("/overview");
  list = (
    kind: RecordKind,
    query: URLSearchParams | Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ) => this.#ask<ListAnswer>(`/${kind}?${new URLSearchParams(query)}`, signal && { signal });
  factor = (key: string) => this.#ask<FactorAnswer>(`/factor?${new URLSearchParams({ key })}`);
  values = (
    key: string,
    query: Readonly<Record<string, string>> = {},
    instruments: readonly string[] = [],
  ) => {
    const asked = new URLSearchParams({ key, ...query });
    for (const code of instruments) asked.append("instrument", code);
    return this.#ask<ValuesAnswer | null>(`/factor/values?${asked}`);
  };
  loop = (key: string) => this.#ask<LoopAnswer>(`/loop?${new URLSearchParams({ key })}`);
  strategy = (key: string) => this.#ask<RecordAnswer>(`/strategy?${new URLSearchParams({ key })}`);
  model = (key: string) => this.#ask<RecordAnswer>(`/model?${new URLSearchParams({ key })}`);
  tasks = () => this.#ask<TaskAnswer[]>("/tasks");
  alpha = (library: string) => this.#ask<AlphaFactorAnswer[]>(`/alpha/${encodeURIComponent(library)}`);
  mark = (kind: RecordKind, key: string, marks: Partial<Marks>) =>
    this.#ask<Marks>(`/marks/${kind}?${new URLSearchParams({ key })}`, change("PUT", marks));
  marks = () => this.#ask<ExportedMark[]>("/marks");
  importMarks = (marks: unknown) => this.#ask<{ imported: number }>("/marks", change("PUT", marks));
  runs = () => this.#ask<RunAnswer[]>("/runs");
  runRecords = (id: string) => this.#ask<RunRecord[]>(`/runs/${encodeURIComponent(id)}`);
  startJob = (request: JobRequest) => this.#ask<{ id: string }>("/jobs", change("POST", request));

  async #ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(this.#base + path, {
        ...init,
        headers: { ...this.#headers, ...(init.headers as Record<string, string> | undefined) },
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new LibraryProblem(0, "");
    }
    const body: unknown = await response.json().catch(() => ({}));
    if (response.ok) return body as T;
    throw new LibraryProblem(response.status, (body as { error?: string }).error ?? response.statusText);
  }
}

/** Changes carry a header that no other site's page can send. */
const change = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "content-type": "application/json", "x-library": "1" },
  body: JSON.stringify(body),
});
