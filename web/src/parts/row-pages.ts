import { api, LibraryProblem, type RecordKind, type Row } from "../api.ts";

const PAGE = 100;

/** The rows of one request, by pages that are asked for when one of their rows is to be shown. */
export class RowPages {
  readonly request: string;
  /** Undefined until the first page is there. */
  total: number | undefined;
  problem: LibraryProblem | undefined;
  readonly #kind: RecordKind;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly Row[] | undefined>();
  /** Cursors by the page that each leads to: going on takes the server less time than passing over. */
  readonly #cursors = new Map<number, string>();
  readonly #abort = new AbortController();

  constructor(kind: RecordKind, request: string, changed: () => void) {
    this.#kind = kind;
    this.request = request;
    this.#changed = changed;
    void this.#ask(0);
  }

  /** Rows [first, last), undefined where they are still on their way. */
  between(first: number, last: number): (Row | undefined)[] {
    const rows: (Row | undefined)[] = [];
    for (let at = first; at < last; at++) {
      const page = Math.floor(at / PAGE);
      if (!this.#pages.has(page)) void this.#ask(page);
      rows.push(this.#pages.get(page)?.[at % PAGE]);
    }
    return rows;
  }

  retry(): void {
    this.problem = undefined;
    for (const [page, rows] of this.#pages) if (rows === undefined) this.#pages.delete(page);
    void this.#ask(0);
    this.#changed();
  }

  /** Nobody looks at these rows any more. */
  drop(): void {
    this.#abort.abort();
  }

  async #ask(page: number): Promise<void> {
    this.#pages.set(page, undefined);
    const query = new URLSearchParams(this.request);
    query.set("limit", String(PAGE));
    const cursor = this.#cursors.get(page);
    if (cursor !== undefined) query.set("cursor", cursor);
    else if (page > 0) query.set("offset", String(page * PAGE));
    try {
      const { total, rows, next } = await api.list(this.#kind, query, this.#abort.signal);
      this.total = total;
      this.#pages.set(page, rows);
      if (next !== undefined) this.#cursors.set(page + 1, next);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.problem = error instanceof LibraryProblem ? error : new LibraryProblem(0, String(error));
    }
    if (!this.#abort.signal.aborted) this.#changed();
  }
}
