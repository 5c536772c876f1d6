import { dirname } from "node:path";
import { sql } from "kysely";
import { uniqueSuffix } from "../../crypto.js";
import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { PathMap } from "../path-map.js";
import { utcNow } from "../registry/utc-time.js";
import { summariseFactors } from "../store/factor-figures.js";
import type { Store } from "../store/store.js";
import { FolderSource } from "./folder-source.js";
import { HttpSource } from "./http-source.js";
import type { ImportContext, KnownRecords } from "./import-context.js";
import { ImportCounts, type KindCounts } from "./import-counts.js";
import { importKind, knownRecords } from "./import-kind.js";
import { importPerformances } from "./performances.js";
import {
  IMPORT_KINDS,
  type ImportKind,
  type KnownState,
  type ResultsSource,
  TransientError,
} from "./results-source.js";
import { SyncLock } from "./sync-lock.js";

/** From where, and how far, `syncResults` imports. */
export interface SyncOptions {
  /** full reads all again; incremental (the default) only what may have changed. */
  readonly mode?: "full" | "incremental";
  /** Counts what would be written, and writes nothing. */
  readonly dryRun?: boolean;
  /** For an API that asks for one. */
  readonly token?: string;
  /** How long an API may send nothing, in milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
  /** How often the same is asked for when an API or a file fails; 5 by default. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; each next waits twice as long. 500 by default. */
  readonly pauseMs?: number;
  /** Where workspaces of the research machine are here; guessed from the registry's place by default. */
  readonly pathMap?: PathMap;
  /** Called with how far it is, now and then. */
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly signal?: AbortSignal;
}

const SYNC_KEYS: RequestKeys<SyncOptions> = {
  mode: true,
  dryRun: true,
  token: true,
  timeoutMs: true,
  attempts: true,
  pauseMs: true,
  pathMap: true,
  onProgress: true,
  signal: true,
};

/** How far an import is. */
export interface SyncProgress {
  readonly kind: ImportKind;
  /** Records of this kind so far. */
  readonly records: number;
}

/** The account of an import. */
export interface SyncReport {
  readonly runId: string;
  readonly source: string;
  readonly mode: "full" | "incremental";
  /** done; partial: some kinds could not be read, the others are imported. */
  readonly state: "done" | "partial";
  readonly counts: Readonly<Partial<Record<ImportKind, KindCounts>>>;
  /** Kinds that the source does not have. */
  readonly absent: readonly ImportKind[];
  /** Kinds that are as they were at the last import. */
  readonly unchanged: readonly ImportKind[];
  readonly problems: readonly { readonly kind: ImportKind; readonly problem: string }[];
}

/**
 * Brings a store up to date with a source of results: an API's URL, a results folder, or the path of a registry. Each page is
 * one transaction; a run that is cut off loses nothing and is simply run again. What a source no longer has is marked as gone
 * when the source was read to its end. User marks are never touched.
 * @throws DataServiceError busy (another import runs), not-found (no source), bad-request, cancelled
 */
export async function sync(source: string, store: Store, options: SyncOptions = {}): Promise<SyncReport> {
  checkKeys(options, SYNC_KEYS, "sync");
  const { mode = "incremental" } = options;
  checkChoice(mode, ["full", "incremental"], "sync: mode");
  const results = openSource(source, store, options);
  const lock = options.dryRun ? undefined : await SyncLock.take(store.db, store.label);
  const run = new SyncRun(store, results, mode, options, lock);
  try {
    return await run.run();
  } finally {
    await results.close();
    await lock?.release();
  }
}

function openSource(source: string, store: Store, options: SyncOptions): ResultsSource {
  if (/^https?:\/\//.test(source)) {
    const { token, timeoutMs } = options;
    return new HttpSource(
      source,
      { ...(token !== undefined && { token }), ...(timeoutMs !== undefined && { timeoutMs }) },
      () =>
        store.db.selectFrom("loops").select(["task_run_id", "loop_id"]).where("is_best", "=", 1).execute(),
    );
  }
  const pathMap = options.pathMap ? { pathMap: options.pathMap } : {};
  const isRegistry = /\.(sqlite3?|db)$/.test(source);
  return isRegistry
    ? new FolderSource(dirname(source), { ...pathMap, registry: source })
    : new FolderSource(source, pathMap);
}

class SyncRun {
  readonly #store: Store;
  readonly #source: ResultsSource;
  readonly #mode: "full" | "incremental";
  readonly #options: SyncOptions;
  readonly #signal: AbortSignal;
  readonly #counts = new ImportCounts();
  readonly #context: ImportContext;
  readonly #progress = new Map<ImportKind, number>();
  readonly #runId = `${utcNow()} ${uniqueSuffix()}`;

  constructor(
    store: Store,
    source: ResultsSource,
    mode: "full" | "incremental",
    options: SyncOptions,
    lock: SyncLock | undefined,
  ) {
    this.#store = store;
    this.#source = source;
    this.#mode = mode;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#context = {
      db: store.db,
      runId: this.#runId,
      isDryRun: options.dryRun ?? false,
      beat: async (db) => {
        this.#checkCancelled();
        await lock?.beat(db);
      },
      onPage: (kind, records) => {
        const sum = (this.#progress.get(kind) ?? 0) + records;
        this.#progress.set(kind, sum);
        options.onProgress?.({ kind, records: sum });
      },
    };
  }

  async run(): Promise<SyncReport> {
    const absent: ImportKind[] = [];
    const unchanged: ImportKind[] = [];
    const problems: { kind: ImportKind; problem: string }[] = [];
    await this.#begin();
    try {
      for (const kind of IMPORT_KINDS) {
        this.#checkCancelled();
        try {
          const outcome = await this.#importWithRetries(kind);
          if (outcome === "absent") absent.push(kind);
          if (outcome === "unchanged") unchanged.push(kind);
        } catch (error) {
          if (isFatal(error)) throw error;
          problems.push({ kind, problem: error instanceof Error ? error.message : String(error) });
        }
      }
      // Not one kind was there: the address is wrong, or its server is away.
      if (problems.length > 0 && problems.length + absent.length === IMPORT_KINDS.length) {
        throw new DataServiceError("read-failed", `nothing could be imported: ${problems[0]!.problem}`);
      }
      await this.#chooseBest();
      if (!this.#context.isDryRun) await summariseFactors(this.#store.db);
    } catch (error) {
      await this.#end("failed", error instanceof Error ? error.message : String(error));
      throw error;
    }
    const state = problems.length > 0 ? "partial" : "done";
    await this.#end(state, problems.map(({ kind, problem }) => `${kind}: ${problem}`).join("\n") || null);
    const { name } = this.#source;
    const counts = this.#counts.all();
    return { runId: this.#runId, source: name, mode: this.#mode, state, counts, absent, unchanged, problems };
  }

  async #importWithRetries(kind: ImportKind): Promise<"absent" | "unchanged" | "imported"> {
    const { attempts = 5, pauseMs = 500 } = this.#options;
    let known: KnownRecords | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const read = await this.#source.read(kind, await this.#knownState(kind), this.#signal);
        if (typeof read === "string") return read;
        if (kind === "performances") await importPerformances(this.#context, read, this.#counts);
        else {
          known ??= await knownRecords(this.#store.db, kind);
          await importKind(this.#context, kind, read, known, this.#counts);
        }
        if (read.state !== undefined) await this.#remember(kind, { state: read.state, asOf: read.asOf });
        return "imported";
      } catch (error) {
        this.#checkCancelled();
        if (!isTransient(error)) throw error;
        if (attempt >= attempts) throw givenUp(error, attempts);
        const pause = error instanceof TransientError ? error.pause : undefined;
        await pauseFor(pause ?? pauseMs * 2 ** (attempt - 1), this.#signal);
      }
    }
  }

  async #knownState(kind: ImportKind): Promise<KnownState | undefined> {
    if (this.#mode === "full") return undefined;
    const row = await this.#store.db
      .selectFrom("sync_state")
      .selectAll()
      .where("source", "=", this.#source.name)
      .where("kind", "=", kind)
      .executeTakeFirst();
    return row && { state: row.state, asOf: row.as_of_utc };
  }

  /** Records of one kind from several sources are one table: the others' states no longer hold. */
  async #remember(kind: ImportKind, { state, asOf }: KnownState): Promise<void> {
    if (this.#context.isDryRun) return;
    await this.#store.db.transaction().execute(async (db) => {
      await this.#context.beat(db);
      await db.deleteFrom("sync_state").where("kind", "=", kind).execute();
      await db
        .insertInto("sync_state")
        .values({ source: this.#source.name, kind, state, as_of_utc: asOf })
        .execute();
    });
  }

  /**
   * The workspace that stands for each loop: one with values before one without, one that is there before one gone. Asked
   * with every run, as the run that brought the loops may have been cut off before it.
   */
  async #chooseBest(): Promise<void> {
    if (this.#context.isDryRun) return;
    await this.#store.db.transaction().execute(async (db) => {
      await this.#context.beat(db);
      await sql`
        update loops set is_best = 1 - is_best where is_best <> case when record_key in (
          select record_key from (
            select record_key, row_number() over (
              partition by task_run_id, loop_id
              order by case when gone_at_utc is null then 0 else 1 end, has_values desc,
                case when materialization_status = 'done' then 0 else 1 end, workspace_id, record_key
            ) as place from loops
          ) ranked where place = 1
        ) then 1 else 0 end
      `.execute(db);
    });
  }

  async #begin(): Promise<void> {
    if (this.#context.isDryRun) return;
    const { db } = this.#store;
    // We hold the lock: whoever is still said to be running was killed.
    await db
      .updateTable("import_runs")
      .set({ state: "interrupted" })
      .where("state", "=", "running")
      .execute();
    await db
      .insertInto("import_runs")
      .values({
        run_id: this.#runId,
        source: this.#source.name,
        mode: this.#mode,
        state: "running",
        started_at_utc: utcNow(),
        finished_at_utc: null,
        counts: null,
        problem: null,
      })
      .execute();
  }

  async #end(state: string, problem: string | null): Promise<void> {
    if (this.#context.isDryRun) return;
    await this.#store.db
      .updateTable("import_runs")
      .set({ state, problem, finished_at_utc: utcNow(), counts: JSON.stringify(this.#counts.all()) })
      .where("run_id", "=", this.#runId)
      .execute();
  }

  #checkCancelled(): void {
    if (!this.#signal.aborted) return;
    throw new DataServiceError(
      "cancelled",
      `the import of ${this.#source.name} was cancelled; what it wrote stays`,
    );
  }
}

/** Trouble with the store or the caller's wish ends the run; trouble with one kind does not. */
function isFatal(error: unknown): boolean {
  if (error instanceof TransientError) return false;
  return !(error instanceof DataServiceError) || error.code === "busy" || error.code === "cancelled";
}

/** A file that is being written, too, is whole a little later. */
function isTransient(error: unknown): error is Error {
  return error instanceof TransientError || (error instanceof DataServiceError && error.code === "corrupt");
}

function givenUp(error: Error, attempts: number): DataServiceError {
  if (error instanceof DataServiceError) return error;
  const message = `${error.message}; given up after ${attempts} attempts: see whether its server runs, and sync again`;
  return new DataServiceError("read-failed", message, {}, error.cause);
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
