import { DataServiceError } from "../../errors.js";
import { CATALOGUES, type CatalogueKind } from "../catalogues/catalogue-kinds.js";
import { CatalogueScanner } from "../json/catalogue-scanner.js";
import { cataloguePages } from "./catalogue-pages.js";
import { digestOf, whole } from "./folder-source.js";
import { HttpClient, type HttpOptions } from "./http-client.js";
import {
  type ImportKind,
  type KindRead,
  type KnownState,
  type ResultsSource,
  TransientError,
} from "./results-source.js";

/** Rows of one request for a page. */
const ROWS = 2000;

/** A loop whose artifacts a server without pages is asked for. */
export interface LoopAddress {
  readonly task_run_id: string;
  readonly loop_id: number;
}

/** A results API: ours, which has pages and changes, or the research side's own. */
export class HttpSource implements ResultsSource {
  readonly name: string;
  readonly #client: HttpClient;
  readonly #loops: () => Promise<readonly LoopAddress[]>;
  #health: Promise<Health | undefined> | undefined;

  /** @param loops those of the store, when the catalogues have been imported */
  constructor(address: string, options: HttpOptions, loops: () => Promise<readonly LoopAddress[]>) {
    this.#client = new HttpClient(address, options);
    this.name = this.#client.base;
    this.#loops = loops;
  }

  async read(
    kind: ImportKind,
    known: KnownState | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "absent" | "unchanged"> {
    const health = await this.#healthOf(signal);
    if (kind in CATALOGUES) return this.#catalogue(kind as CatalogueKind, known, health, signal);
    if (health)
      return kind === "performances" ? this.#performances(known, signal) : this.#rows(kind, known, signal);
    return kind === "artifacts" || kind === "artifact_files"
      ? this.#artifacts(kind, known, signal)
      : "absent";
  }

  async close(): Promise<void> {}

  /**
   * What our server says of itself; undefined of the research side's.
   * @throws DataServiceError unknown-format: it is no results API
   */
  #healthOf(signal: AbortSignal): Promise<Health | undefined> {
    this.#health ??= this.#askHealth(signal).catch((error: unknown) => {
      this.#health = undefined;
      throw error;
    });
    return this.#health;
  }

  async #askHealth(signal: AbortSignal): Promise<Health | undefined> {
    const own = await this.#client.json("/v1/health", signal);
    if (own.status === 200 && (own.value as Health | undefined)?.service === "aistock-data")
      return own.value as Health;
    const { value } = await this.#client.json("/health", signal);
    if ((value as { status?: unknown } | undefined)?.status === "ok") return undefined;
    throw new DataServiceError(
      "unknown-format",
      `${this.name} is no results API: its /health does not say {"status":"ok"}; check the address`,
    );
  }

  async #catalogue(
    kind: CatalogueKind,
    known: KnownState | undefined,
    health: Health | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "absent" | "unchanged"> {
    const modified = health?.catalogues[kind]?.modified_utc ?? null;
    if (known?.asOf && modified !== null) {
      const changes = await this.#changes(kind, known.asOf, signal);
      if (changes) return changes;
    }
    const { path, list } = CATALOGUES[kind];
    const asked = known && health ? { "if-none-match": known.state } : {};
    const answer = await this.#client.get(path, signal, asked as Record<string, string>);
    if (answer.status === 304) return "unchanged";
    if (answer.status === 404) return absent(answer.chunks);
    if (answer.status !== 200)
      throw new DataServiceError("read-failed", `${this.name}${path} answers ${answer.status}`);
    const envelope: Record<string, string> = {};
    return {
      pages: cataloguePages(answer.chunks, list, this.name + path, envelope),
      envelope,
      isWhole: true,
      removed: [],
      state: answer.headers.get("etag") ?? undefined,
      asOf: modified,
    };
  }

  /** What changed since a time; undefined where the server does not know all that went. */
  async #changes(
    kind: CatalogueKind,
    since: string,
    signal: AbortSignal,
  ): Promise<KindRead | "unchanged" | undefined> {
    const path = `/v1/catalog/${kind}?since=${encodeURIComponent(since)}&limit=${ROWS}`;
    const first = await this.#page(path, signal);
    if (!first?.complete) return undefined;
    const removed = first.removed.map((key) => JSON.stringify(key));
    if (first.as_of === since) return "unchanged";
    return {
      pages: this.#following(path, first, signal),
      envelope: {},
      isWhole: false,
      removed,
      state: first.as_of,
      asOf: first.as_of,
    };
  }

  async *#following(
    path: string,
    first: RecordsPage,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    let page: RecordsPage | undefined = first;
    while (page) {
      yield page.texts;
      if (page.next_cursor === null) return;
      page = await this.#page(`${path}&cursor=${encodeURIComponent(page.next_cursor)}`, signal);
    }
    throw new TransientError(`${this.name} changed the catalogue between two pages`);
  }

  /** @returns undefined where the catalogue is not there, or changed since the page before */
  async #page(path: string, signal: AbortSignal): Promise<RecordsPage | undefined> {
    const { status, value, text } = await this.#client.json(path, signal);
    if (status === 404 || status === 409) return undefined;
    const page = value as Omit<RecordsPage, "texts"> | undefined;
    if (status === 200 && Array.isArray(page?.items)) return { ...page, texts: itemTexts(path, text) };
    throw new TransientError(`${this.name}${path} answers ${status} without records`);
  }

  async #rows(
    kind: ImportKind,
    known: KnownState | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "unchanged" | "absent"> {
    const table = kind === "registry_loops" ? "loops" : kind;
    const rows = await this.#registryRows(table, signal);
    if (!rows) return "absent";
    const texts = rows.map((row) => JSON.stringify(row));
    return whole(texts, digestOf(texts), known);
  }

  async #registryRows(table: string, signal: AbortSignal): Promise<readonly object[] | undefined> {
    const rows: object[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: RecordsPage | undefined = await this.#page(
        `/v1/registry/${table}?limit=${ROWS}&cursor=${encodeURIComponent(cursor)}`,
        signal,
      );
      if (!page) return undefined;
      rows.push(...(page.items as object[]));
      cursor = page.next_cursor;
      if (cursor === null && rows.length !== page.total) {
        throw new TransientError(`${this.name} changed ${table} between two pages`);
      }
    }
    return rows;
  }

  /** The factor_perf.json of each workspace that registered one. */
  async #performances(
    known: KnownState | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "unchanged" | "absent"> {
    const files = (await this.#registryRows("artifact_files", signal)) as FileRow[] | undefined;
    const workspaces = (await this.#registryRows("workspaces", signal)) as WorkspaceIds[] | undefined;
    if (!files || !workspaces) return "absent";
    const owners = new Map(workspaces.map((row) => [row.workspace_id, row]));
    const texts: string[] = [];
    for (const file of files.filter(({ path }) => path === "factor_perf.json")) {
      const owner = owners.get(file.workspace_id);
      const { status, value, text } = await this.#client.json(
        `/v1/files/${encodeURIComponent(file.file_id)}`,
        signal,
      );
      if (!owner || status !== 200 || value === undefined) continue;
      const { task_run_id, loop_id, workspace_id } = owner;
      texts.push(
        `${JSON.stringify({ task_run_id, loop_id, workspace_id }).slice(0, -1)},"performance":${text}}`,
      );
    }
    return whole(texts, digestOf(texts), known);
  }

  /** The research side's own server gives artifacts loop by loop. */
  async #artifacts(
    kind: "artifacts" | "artifact_files",
    known: KnownState | undefined,
    signal: AbortSignal,
  ): Promise<KindRead | "unchanged" | "absent"> {
    const texts: string[] = [];
    for (const { task_run_id, loop_id } of await this.#loops()) {
      const path = `/loops/${encodeURIComponent(task_run_id)}/${loop_id}/artifacts`;
      const { status, value } = await this.#client.json(path, signal);
      if (status !== 200) continue; // a task with a slash cannot be asked for there
      for (const { files, ...artifact } of (value as { artifacts: ArtifactAnswer[] }).artifacts) {
        if (kind === "artifacts") texts.push(JSON.stringify({ ...artifact, task_run_id, loop_id }));
        else
          for (const file of files)
            texts.push(JSON.stringify({ ...file, artifact_id: artifact.artifact_id }));
      }
    }
    return whole(texts, digestOf(texts), known);
  }
}

/** The items as they were sent: parsed and printed again, 1.0 would be 1. */
function itemTexts(label: string, text: string): readonly string[] {
  const scanner = new CatalogueScanner(label);
  const parts = [...scanner.push(Buffer.from(text)), ...scanner.end()];
  return parts.flatMap((part) => (part.kind === "record" && part.key === "items" ? [part.text] : []));
}

async function absent(chunks: AsyncIterable<Uint8Array>): Promise<"absent"> {
  for await (const _ of chunks); // so that the connection can be used again
  return "absent";
}

interface Health {
  readonly service: string;
  readonly catalogues: Readonly<Record<string, { readonly modified_utc: string } | null>>;
}

interface RecordsPage {
  readonly total: number;
  readonly as_of: string;
  readonly next_cursor: string | null;
  readonly removed: readonly (readonly string[])[];
  readonly complete: boolean;
  readonly items: readonly unknown[];
  readonly texts: readonly string[];
}

interface FileRow {
  readonly file_id: string;
  readonly workspace_id: string;
  readonly path: string;
}

interface WorkspaceIds {
  readonly workspace_id: string;
  readonly task_run_id: string;
  readonly loop_id: number | null;
}

interface ArtifactAnswer {
  readonly artifact_id: string;
  readonly files: readonly object[];
}
