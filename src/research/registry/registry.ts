import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { RegistryFile } from "./registry-file.js";
import {
  type ArtifactFileRow,
  type ArtifactRow,
  type FactorRegistryRow,
  type LoopRow,
  REGISTRY_COLUMNS,
  REQUIRED_TABLES,
  type RegistryTable,
  type RegistryTables,
  type TaskRunRow,
  type WorkspaceRow,
} from "./registry-tables.js";
import { utcMicroseconds } from "./utc-time.js";

/** Some of the rows, and how many there are in all. */
export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

/** Which part of a list is wanted. */
export interface PageRequest {
  /** How many rows at most; all by default. */
  readonly limit?: number;
  /** How many to leave out at the front; 0 by default. */
  readonly offset?: number;
}

/** Which task runs of a registry are listed. */
export interface TaskRunRequest extends PageRequest {
  readonly status?: string | readonly string[];
  /** Changed at or after this time, as an instant and not as text. */
  readonly since?: string;
  readonly until?: string;
}

export const LOOP_METRICS = [
  "ic_mean",
  "rank_ic_mean",
  "ann_return",
  "mdd",
  "turnover",
  "multi_score",
] as const;
/** The figures of a loop that lists are sorted by. */
export type LoopMetric = (typeof LOOP_METRICS)[number];

/** Which loops of a registry are listed. */
export interface LoopRequest extends TaskRunRequest {
  readonly taskRunId?: string;
  readonly action?: string | readonly string[];
  readonly hasResult?: boolean;
  readonly materialization?: string | readonly string[];
  /** Bounds of a metric, both inclusive; a loop without the metric is not within them. */
  readonly metrics?: Readonly<Partial<Record<LoopMetric, { readonly min?: number; readonly max?: number }>>>;
}

/** Which workspaces of a registry are listed. */
export interface WorkspaceRequest extends PageRequest {
  readonly taskRunId?: string;
  readonly loopId?: number;
  readonly role?: string;
}

/** Which artifacts of a registry are listed. */
export interface ArtifactRequest extends PageRequest {
  readonly taskRunId?: string;
  readonly loopId?: number;
  readonly workspaceId?: string;
}

const PAGE_KEYS = { limit: true, offset: true } as const;
const TASK_RUN_KEYS: RequestKeys<TaskRunRequest> = { ...PAGE_KEYS, status: true, since: true, until: true };
const LOOP_KEYS: RequestKeys<LoopRequest> = {
  ...TASK_RUN_KEYS,
  taskRunId: true,
  action: true,
  hasResult: true,
  materialization: true,
  metrics: true,
};
const WORKSPACE_KEYS: RequestKeys<WorkspaceRequest> = {
  ...PAGE_KEYS,
  taskRunId: true,
  loopId: true,
  role: true,
};
const ARTIFACT_KEYS: RequestKeys<ArtifactRequest> = {
  ...PAGE_KEYS,
  taskRunId: true,
  loopId: true,
  workspaceId: true,
};

/**
 * Opens the research side's `registry.sqlite` for reading. Nothing is written, created or locked: it may be in use.
 * @throws DataServiceError not-found, is-directory, corrupt, timeout, read-failed, unsupported (not a registry)
 */
export async function openRegistry(path: string): Promise<Registry> {
  const registry = new Registry(new RegistryFile(path));
  try {
    await registry.columns();
  } catch (error) {
    await registry.close();
    throw error;
  }
  return registry;
}

type Query<T extends RegistryTable> = SelectQueryBuilder<RegistryTables, T, object>;

/** Rows of a registry of any generation: columns that the file lacks are null, those that we do not know stay. */
export class Registry {
  readonly path: string;
  readonly #file: RegistryFile;

  /** @internal */
  constructor(file: RegistryFile) {
    this.#file = file;
    this.path = file.path;
  }

  /**
   * The tables and columns that the file has, as PRAGMA table_info gives them.
   * @throws DataServiceError unsupported: a table of a registry is missing
   */
  async columns(): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#file.read(async (db) => {
      const tables = new Map<string, string[]>();
      const { rows } = await sql<{ table: string; column: string }>`
        select m.name as "table", c.name as "column"
        from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' order by m.name, c.cid
      `.execute(db);
      for (const { table, column } of rows) tables.set(table, [...(tables.get(table) ?? []), column]);
      const missing = REQUIRED_TABLES.filter((table) => !tables.has(table));
      if (missing.length === 0) return tables;
      const found = [...tables.keys()];
      throw new DataServiceError(
        "unsupported",
        `${this.path} is not a registry: it has no table ${missing.join(", ")}, but ${found.join(", ") || "none at all"}`,
        { path: this.path, found },
      );
    });
  }

  /** In the order of their creation. */
  async taskRuns(request: TaskRunRequest = {}): Promise<Page<TaskRunRow>> {
    checkKeys(request, TASK_RUN_KEYS, "taskRuns");
    const matching = (query: Query<"task_runs">) =>
      query
        .$if(request.status !== undefined, (q) => q.where("status", "in", listOf(request.status)))
        .orderBy("created_at_utc")
        .orderBy("task_run_id");
    return this.#page("task_runs", matching, request, ({ updated_at_utc }) => updated_at_utc);
  }

  /** In the order of task and number. The time of a loop is the latest of its times. */
  async loops(request: LoopRequest = {}): Promise<Page<LoopRow>> {
    checkKeys(request, LOOP_KEYS, "loops");
    const matching = (query: Query<"loops">) => {
      let q = query.orderBy("task_run_id").orderBy("loop_id");
      if (request.taskRunId !== undefined) q = q.where("task_run_id", "=", request.taskRunId);
      if (request.status !== undefined) q = q.where("status", "in", listOf(request.status));
      if (request.action !== undefined) q = q.where("action", "in", listOf(request.action));
      if (request.hasResult !== undefined) {
        q = q.where(sql`coalesce(has_result, 0) <> 0`, "=", request.hasResult ? 1 : 0);
      }
      if (request.materialization !== undefined) {
        q = q.where(sql`coalesce(materialization_status, 'pending')`, "in", listOf(request.materialization));
      }
      for (const [metric, { min, max }] of Object.entries(request.metrics ?? {})) {
        if (!LOOP_METRICS.includes(metric as LoopMetric)) throw unknownMetric(metric);
        if (min !== undefined) q = q.where(sql.ref(metric), ">=", min);
        if (max !== undefined) q = q.where(sql.ref(metric), "<=", max);
      }
      return q;
    };
    return this.#page("loops", matching, request, loopTime);
  }

  /** A loop's experiment workspace first. */
  async workspaces(request: WorkspaceRequest = {}): Promise<Page<WorkspaceRow>> {
    checkKeys(request, WORKSPACE_KEYS, "workspaces");
    const matching = (query: Query<"workspaces">) =>
      query
        .$if(request.taskRunId !== undefined, (q) => q.where("task_run_id", "=", request.taskRunId!))
        .$if(request.loopId !== undefined, (q) => q.where("loop_id", "=", request.loopId!))
        .$if(request.role !== undefined, (q) => q.where("workspace_role", "=", request.role!))
        .orderBy("task_run_id")
        .orderBy("loop_id")
        .orderBy(sql`case workspace_role when 'experiment_workspace' then 0 else 1 end`)
        .orderBy("workspace_id");
    return this.#page("workspaces", matching, request);
  }

  /** By type and name, those without first. */
  async artifacts(request: ArtifactRequest = {}): Promise<Page<ArtifactRow>> {
    checkKeys(request, ARTIFACT_KEYS, "artifacts");
    const matching = (query: Query<"artifacts">) =>
      query
        .$if(request.taskRunId !== undefined, (q) => q.where("task_run_id", "=", request.taskRunId!))
        .$if(request.loopId !== undefined, (q) => q.where("loop_id", "=", request.loopId!))
        .$if(request.workspaceId !== undefined, (q) => q.where("workspace_id", "=", request.workspaceId!))
        .orderBy("artifact_type")
        .orderBy("name")
        .orderBy(sql`rowid`);
    return this.#page("artifacts", matching, request);
  }

  /** The files of some artifacts, or of all. */
  async artifactFiles(artifactIds?: readonly string[]): Promise<readonly ArtifactFileRow[]> {
    const matching = (query: Query<"artifact_files">) =>
      query
        .$if(artifactIds !== undefined, (q) =>
          q.where(sql`artifact_id in (select value from json_each(${JSON.stringify(artifactIds)}))`, "=", 1),
        )
        .orderBy(sql`rowid`);
    return (await this.#page("artifact_files", matching, {})).rows;
  }

  /** One file of an artifact and the folder that it is in; undefined where the registry names no such file. */
  async artifactFile(
    fileId: string,
  ): Promise<{ file: ArtifactFileRow; workspace: WorkspaceRow } | undefined> {
    return this.#file.read(async (db) => {
      const file = await db
        .selectFrom("artifact_files")
        .selectAll()
        .where("file_id", "=", fileId)
        .executeTakeFirst();
      if (!file) return undefined;
      const workspace = await db
        .selectFrom("workspaces")
        .selectAll()
        .where("workspace_id", "=", file.workspace_id)
        .executeTakeFirst();
      return workspace && { file, workspace };
    });
  }

  /** What solidified loops registered; none in a registry that has no such table. */
  async factorRegistry(bundleId?: string): Promise<readonly FactorRegistryRow[]> {
    if (!(await this.columns()).has("factor_registry")) return [];
    const matching = (query: Query<"factor_registry">) =>
      query
        .$if(bundleId !== undefined, (q) => q.where("asset_bundle_id", "=", bundleId!))
        .orderBy(sql`rowid`);
    return (await this.#page("factor_registry", matching, {})).rows;
  }

  /** Runs a query of one's own; `db` is Kysely over the registry's tables. */
  async query<T>(query: (db: Kysely<RegistryTables>) => Promise<T>): Promise<T> {
    return this.#file.read(query);
  }

  /** Lets go of what is held open. */
  close(): Promise<void> {
    return this.#file.close();
  }

  async #page<T extends RegistryTable>(
    table: T,
    matching: (query: Query<T>) => Query<T>,
    request: TaskRunRequest,
    timeOf?: (row: RegistryTables[T]) => string | null,
  ): Promise<Page<RegistryTables[T]>> {
    const { limit = Number.POSITIVE_INFINITY, offset = 0 } = request;
    const rows = await this.#file.read(async (db) => {
      const query = matching(db.selectFrom<RegistryTable>(table) as unknown as Query<T>);
      return (await query.selectAll().execute()) as unknown as RegistryTables[T][];
    });
    const timely = timeOf ? rows.filter((row) => isBetween(timeOf(row), request)) : rows;
    const page = timely.slice(offset, offset + limit).map((row) => withAllColumns(table, row));
    return { total: timely.length, rows: page };
  }
}

/** The latest time that a loop carries: what is backfilled later does not always touch `updated_at_utc`. */
export function loopTime(row: LoopRow): string | null {
  const times = [
    row.updated_at_utc,
    row.materialization_updated_at_utc,
    row.ended_at_utc,
    row.started_at_utc,
  ].filter((time) => utcMicroseconds(time) !== undefined);
  times.sort((a, b) => utcMicroseconds(b)! - utcMicroseconds(a)!);
  return times[0] ?? null;
}

function isBetween(time: string | null, { since, until }: TaskRunRequest): boolean {
  if (since === undefined && until === undefined) return true;
  const at = utcMicroseconds(time);
  if (at === undefined) return false;
  return (
    (since === undefined || at >= instant(since, "since")) &&
    (until === undefined || at <= instant(until, "until"))
  );
}

/** @throws DataServiceError bad-request */
function instant(text: string, what: string): number {
  const at = utcMicroseconds(text);
  if (at !== undefined) return at;
  throw new DataServiceError(
    "bad-request",
    `${what} "${text}" is not a time; write 2026-01-14 or 2026-01-14T09:30:00+00:00`,
  );
}

function withAllColumns<T extends RegistryTable>(table: T, row: RegistryTables[T]): RegistryTables[T] {
  const whole: Record<string, unknown> = {};
  for (const column of REGISTRY_COLUMNS[table]) whole[column as string] = null;
  return Object.assign(whole, row) as unknown as RegistryTables[T];
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === "string" ? [value] : (value ?? []);

function unknownMetric(metric: string): DataServiceError {
  return new DataServiceError(
    "bad-request",
    `loops: there is no metric ${metric}; a registry has ${LOOP_METRICS.join(", ")}`,
    { found: LOOP_METRICS },
  );
}
