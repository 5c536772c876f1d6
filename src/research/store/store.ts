import { type Kysely, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { PathMap } from "../path-map.js";
import { utcNow } from "../registry/utc-time.js";
import { type StoredFactor, type StoredLoop, storedFactor, storedLoop } from "./factor-values.js";
import type { ListTable } from "./list-order.js";
import { STORE_COLUMNS } from "./migrations.js";
import { type ListPage, type ListRequest, listRows, type Marked, type Marks } from "./store-list.js";
import type {
  AlphaFactorTable,
  FactorMetricTable,
  FactorTable,
  ImportRecordTable,
  ImportRunTable,
  LoopTable,
  ModelTable,
  StoreTables,
  StrategyTable,
} from "./store-tables.js";

/** The local database of research results: lists with filters, single records, imports and the user's marks. */
export class Store {
  /** The file, or the URL without its password. */
  readonly label: string;
  /** @internal */
  readonly db: Kysely<StoreTables>;

  /** Where workspaces of the research machine are here, unless a call says otherwise. */
  readonly pathMap: PathMap;

  /** @internal */
  constructor(db: Kysely<StoreTables>, label: string, pathMap: PathMap) {
    this.db = db;
    this.label = label;
    this.pathMap = pathMap;
  }

  /** The factors of the store. */
  factors(request: ListRequest = {}): Promise<ListPage<FactorTable>> {
    return this.#list("factors", request);
  }

  /** The strategies of the store. */
  strategies(request: ListRequest = {}): Promise<ListPage<StrategyTable>> {
    return this.#list("strategies", request);
  }

  /** One row a loop, that of the workspace with values, unless `everyWorkspace`. */
  loops(request: ListRequest = {}): Promise<ListPage<LoopTable>> {
    return this.#list("loops", request);
  }

  /** The models of the store. */
  models(request: ListRequest = {}): Promise<ListPage<ModelTable>> {
    return this.#list("models", request);
  }

  /** The factors of Alpha158, or of Alpha360, in the order of their names. */
  alphaFactors(library: "alpha158" | "alpha360" = "alpha158"): Promise<AlphaFactorTable[]> {
    return this.db
      .selectFrom("alpha_factors")
      .selectAll()
      .where("library", "=", library)
      .where("gone_at_utc", "is", null)
      .orderBy("name")
      .execute();
  }

  /**
   * The one factor of a name.
   * @param source where several sources have the name
   * @throws DataServiceError unknown-field, ambiguous-field (several sources or expressions)
   */
  async factor(name: string, source?: string): Promise<StoredFactor> {
    const where = { name, ...(source !== undefined && { source }) };
    const { rows } = await this.factors({ where });
    if (rows.length === 1) return storedFactor(this, rows[0]!);
    if (rows.length > 1) {
      const found = rows.map((row) => row.source);
      throw new DataServiceError(
        "ambiguous-field",
        `${this.label} has ${rows.length} factors "${name}", of ${found.join(", ")}; name a source, or choose one of factors({ where: { name: "${name}" } })`,
        { field: name, found },
      );
    }
    const names = (await this.db.selectFrom("factors").select("name").distinct().execute()).map(
      (row) => row.name,
    );
    const near = nearestName(name, names);
    throw new DataServiceError("unknown-field", `${this.label} has no factor "${name}"${suggestion(near)}`, {
      field: name,
      ...(near !== undefined && { suggestion: near }),
    });
  }

  /**
   * A loop by its task and number.
   * @throws DataServiceError not-found
   */
  async loop(taskRunId: string, loopId: number): Promise<StoredLoop> {
    const { rows } = await this.loops({ where: { task_run_id: taskRunId, loop_id: loopId } });
    if (rows[0]) return storedLoop(this, rows[0]);
    throw new DataServiceError("not-found", `${this.label} has no loop ${loopId} of task ${taskRunId}`);
  }

  /** The loops that used a factor, the best first. */
  async loopsOfFactor(name: string): Promise<readonly Marked<LoopTable>[]> {
    const links = await this.db
      .selectFrom("loop_factors")
      .select(["task_run_id", "loop_id"])
      .distinct()
      .where("factor_name", "=", name)
      .execute();
    const wanted = new Set(links.map(({ task_run_id, loop_id }) => JSON.stringify([task_run_id, loop_id])));
    const { rows } = await this.loops({
      where: { task_run_id: [...new Set(links.map((link) => link.task_run_id))] },
      sort: "-sharpe",
      limit: Number.MAX_SAFE_INTEGER,
    });
    return rows.filter((row) => wanted.has(row.mark_key));
  }

  /** A factor's figures: of the loops that measured it, and of our own checks. */
  factorMetrics(name: string): Promise<FactorMetricTable[]> {
    return this.db
      .selectFrom("factor_metrics")
      .selectAll()
      .where("factor_name", "=", name)
      .orderBy("origin")
      .orderBy("task_run_id")
      .orderBy("loop_id")
      .orderBy("window_name")
      .execute();
  }

  /** The imports, the latest first. */
  runs(limit = 20): Promise<ImportRunTable[]> {
    return this.db
      .selectFrom("import_runs")
      .selectAll()
      .orderBy("started_at_utc", "desc")
      .limit(limit)
      .execute();
  }

  /** What an import did with each record that was not the same as before. */
  runRecords(runId: string, status?: ImportRecordTable["status"]): Promise<ImportRecordTable[]> {
    return this.db
      .selectFrom("import_records")
      .selectAll()
      .where("run_id", "=", runId)
      .$if(status !== undefined, (query) => query.where("status", "=", status!))
      .orderBy("kind")
      .orderBy("record_key")
      .execute();
  }

  /** How many records of each kind there are, without those that are gone. */
  async counts(): Promise<Readonly<Record<ListTable | "alpha_factors", number>>> {
    const tables = ["factors", "strategies", "loops", "models", "alpha_factors"] as const;
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from ${sql.table(table)} where gone_at_utc is null
      `.execute(this.db);
      counts[table] = Number(rows[0]!.n);
    }
    return counts as Record<ListTable | "alpha_factors", number>;
  }

  /**
   * Sets what the user notes of a record; what is not given stays. An import never touches it.
   * @param row a row of a list, or anything with its `mark_key`
   */
  async mark(kind: ListTable, row: { readonly mark_key: string }, marks: Partial<Marks>): Promise<Marks> {
    return this.db.transaction().execute(async (db) => {
      const old = await db
        .selectFrom("marks")
        .selectAll()
        .where("kind", "=", kind)
        .where("mark_key", "=", row.mark_key)
        .executeTakeFirst();
      const set: Marks = {
        favourite: marks.favourite ?? old?.favourite === 1,
        reviewed: marks.reviewed ?? old?.reviewed === 1,
        tags: [...new Set(marks.tags ?? (old ? (JSON.parse(old.tags) as string[]) : []))],
        note: marks.note ?? old?.note ?? "",
      };
      const columns = {
        favourite: set.favourite ? 1 : 0,
        reviewed: set.reviewed ? 1 : 0,
        tags: JSON.stringify(set.tags),
        note: set.note,
        changed_at_utc: utcNow(),
      } as const;
      await db
        .insertInto("marks")
        .values({ kind, mark_key: row.mark_key, ...columns })
        .onConflict((conflict) => conflict.columns(["kind", "mark_key"]).doUpdateSet(columns))
        .execute();
      return set;
    });
  }

  /** Lets go of what is held open. */
  close(): Promise<void> {
    return this.db.destroy();
  }

  #list<T extends ListTable>(table: T, request: ListRequest): Promise<ListPage<StoreTables[T]>> {
    return listRows(this.db, table, STORE_COLUMNS[table]!, request);
  }
}
