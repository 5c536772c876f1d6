import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { FACTOR_FIGURES, LIBRARY_MIGRATIONS } from "./library-migrations.js";

/** t text, i integer, b integer of 64 bits, r real; a capital letter may not be null. */
type Type = "t" | "i" | "b" | "r" | "T" | "I" | "B" | "R";
type Columns = Readonly<Record<string, Type>>;

const SQL_TYPES = { t: "text", i: "integer", b: "bigint", r: "double precision" } as const;

/** What a migration makes stays as it was written: a later change is a later migration. */
const TRACKED: Columns = {
  record_key: "T",
  record: "T",
  digest: "T",
  catalogue_version: "t",
  generated_at_utc: "t",
  changed_at_utc: "T",
  gone_at_utc: "t",
};
const MARKED: Columns = { mark_key: "T" };

interface Table {
  readonly key: readonly string[];
  readonly columns: Columns;
  readonly indexes?: readonly (readonly string[])[];
}

const texts = (...names: readonly string[]): Columns => Object.fromEntries(names.map((name) => [name, "t"]));
const reals = (...names: readonly string[]): Columns => Object.fromEntries(names.map((name) => [name, "r"]));

const FIRST: Readonly<Record<string, Table>> = {
  factors: {
    key: ["record_key"],
    columns: {
      ...{ name: "T", source: "T", expression_key: "T", occurrence: "I" },
      ...texts("region", "description_cn", "formula_hint", "expression", "created_at_utc", "experiment_id"),
      ...texts("tags", "variables", "freq", "align", "nan_policy", "input_schema"),
      ...texts("impl_module", "impl_func", "impl_version", "impl_state", "interface_info"),
      ...texts("best_performance", "asset_bundle_id"),
      ...reals("best_sharpe", "best_annualized_return"),
      ...MARKED,
      ...TRACKED,
    },
    indexes: [["name"], ["source", "name"], ["best_sharpe"], ["experiment_id"]],
  },
  strategies: {
    key: ["record_key"],
    columns: {
      strategy_id: "T",
      ...texts("scenario", "step_name", "action", "example_task_run_id"),
      example_loop_id: "i",
      ...texts("example_workspace_id", "example_workspace_path", "template_files", "python_implementation"),
      ...texts("data_config", "dataset_config", "portfolio_config", "backtest_config", "model_config"),
      ...texts("feature_list", "market", "instruments", "freq"),
      ...MARKED,
      ...TRACKED,
    },
  },
  loops: {
    key: ["record_key"],
    columns: {
      ...{ task_run_id: "T", loop_id: "I", workspace_id: "T" },
      ...texts("workspace_path", "scenario", "step_name", "action", "status"),
      has_result: "i",
      ...texts("log_dir", "materialization_status", "materialization_error", "asset_bundle_id"),
      is_solidified: "i",
      ...texts("sync_status", "strategy_id", "factor_names"),
      ...reals("annualized_return", "max_drawdown", "sharpe", "ic", "ic_ir", "win_rate"),
      metrics: "t",
      decision: "i",
      ...texts("summary_execution", "summary_value_feedback", "summary_shape_feedback", "paths"),
      ...{ has_values: "I", is_best: "I" },
      ...MARKED,
      ...TRACKED,
    },
    indexes: [["task_run_id", "loop_id"], ["strategy_id"], ["is_best", "sharpe"], ["status"]],
  },
  models: {
    key: ["record_key"],
    columns: {
      ...{ model_id: "T", task_run_id: "t", loop_id: "i" },
      ...texts("workspace_id", "workspace_path", "log_dir", "model_type", "model_config", "dataset_config"),
      ...texts("feature_schema", "flattened_feature_list", "model_artifacts", "asset_bundle_id"),
      ...MARKED,
      ...TRACKED,
    },
    indexes: [["task_run_id", "loop_id"]],
  },
  alpha_factors: {
    key: ["record_key"],
    columns: { library: "T", name: "T", ...texts("expression", "region", "tags"), ...TRACKED },
  },
  loop_factors: {
    key: ["task_run_id", "loop_id", "workspace_id", "factor_name"],
    columns: { task_run_id: "T", loop_id: "I", workspace_id: "T", factor_name: "T", position: "I" },
    indexes: [["factor_name"]],
  },
  factor_metrics: {
    key: ["factor_name", "origin", "task_run_id", "loop_id", "workspace_id", "window_name"],
    columns: {
      ...{
        factor_name: "T",
        origin: "T",
        task_run_id: "T",
        loop_id: "I",
        workspace_id: "T",
        window_name: "T",
      },
      ...reals("ic_mean", "ic_ir", "rank_ic_mean", "rank_ic_ir", "coverage", "turnover"),
      ...reals("annualized_return", "max_drawdown", "sharpe"),
      ...{ metrics: "T", changed_at_utc: "T" },
    },
  },
  task_runs: {
    key: ["record_key"],
    columns: {
      task_run_id: "T",
      ...texts("scenario", "status", "created_at_utc", "updated_at_utc", "log_trace_path"),
      ...TRACKED,
    },
  },
  registry_loops: {
    key: ["record_key"],
    columns: {
      ...{ task_run_id: "T", loop_id: "I", action: "t", status: "t", has_result: "i" },
      ...texts("best_workspace_id", "started_at_utc", "ended_at_utc", "error_type", "error_message"),
      ...reals("ic_mean", "rank_ic_mean", "ann_return", "mdd", "turnover", "multi_score"),
      materialization_status: "t",
      ...TRACKED,
    },
    indexes: [["task_run_id", "loop_id"], ["status"]],
  },
  workspaces: {
    key: ["record_key"],
    columns: {
      ...{ workspace_id: "T", task_run_id: "t", loop_id: "i" },
      ...texts("workspace_role", "experiment_type", "status", "workspace_path"),
      ...TRACKED,
    },
    indexes: [["task_run_id", "loop_id"]],
  },
  artifacts: {
    key: ["record_key"],
    columns: {
      ...{ artifact_id: "T", task_run_id: "t", loop_id: "i" },
      ...texts("workspace_id", "artifact_type", "name", "status", "entry_path"),
      ...TRACKED,
    },
    indexes: [["task_run_id", "loop_id"]],
  },
  artifact_files: {
    key: ["record_key"],
    columns: {
      ...{ file_id: "T", artifact_id: "t", workspace_id: "t", path: "t", sha256: "t", size_bytes: "b" },
      ...texts("mtime_utc", "kind"),
      ...TRACKED,
    },
    indexes: [["artifact_id"]],
  },
  import_runs: {
    key: ["run_id"],
    columns: {
      ...{ run_id: "T", source: "T", mode: "T", state: "T", started_at_utc: "T" },
      ...texts("finished_at_utc", "counts", "problem"),
    },
  },
  import_records: {
    key: [],
    columns: { run_id: "T", kind: "T", record_key: "T", status: "T", reason: "t" },
    indexes: [["run_id", "kind"]],
  },
  sync_state: {
    key: ["source", "kind"],
    columns: { source: "T", kind: "T", state: "T", as_of_utc: "t" },
  },
  sync_locks: { key: ["name"], columns: { name: "T", holder: "T", beat_at_utc: "T" } },
  marks: {
    key: ["kind", "mark_key"],
    columns: {
      ...{ kind: "T", mark_key: "T", favourite: "I", reviewed: "I", tags: "T", note: "T" },
      changed_at_utc: "T",
    },
  },
};

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001-results": { up: (db) => createTables(db, FIRST) },
  ...LIBRARY_MIGRATIONS,
};

/** What later migrations added. */
const ADDED: Readonly<Record<string, readonly string[]>> = { factors: Object.keys(FACTOR_FIGURES) };

/** The columns of each table. */
export const STORE_COLUMNS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(FIRST).map(([name, { columns }]) => [
    name,
    [...Object.keys(columns), ...(ADDED[name] ?? [])],
  ]),
);

async function createTables(db: Kysely<unknown>, tables: Readonly<Record<string, Table>>): Promise<void> {
  for (const [name, { key, columns, indexes = [] }] of Object.entries(tables)) {
    let table = db.schema.createTable(name);
    for (const [column, type] of Object.entries(columns)) {
      const isRequired = type === type.toUpperCase();
      table = table.addColumn(
        column,
        sql.raw(SQL_TYPES[type.toLowerCase() as keyof typeof SQL_TYPES]),
        (build) => (isRequired ? build.notNull() : build),
      );
    }
    if (key.length > 0) table = table.addPrimaryKeyConstraint(`${name}_key`, key as never);
    await table.execute();
    for (const index of indexes) {
      await db.schema
        .createIndex(`${name}_by_${index.join("_")}`)
        .on(name)
        .columns([...index])
        .execute();
    }
  }
}

/**
 * Makes the store's tables, or brings older ones up to date; all or nothing.
 * @param label what errors call the store
 * @throws DataServiceError unsupported (made by a newer version), write-failed
 */
export async function migrate(db: Kysely<never>, label: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    migrationTableName: "store_migrations",
    migrationLockTableName: "store_migrations_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const said = error instanceof Error ? error.message : String(error);
  if (/previously executed migration|corrupted migrations/.test(said)) {
    throw new DataServiceError(
      "unsupported",
      `${label} was made by a newer version of this package; update it`,
      {},
      error,
    );
  }
  throw new DataServiceError(
    "write-failed",
    `${label}: its tables could not be made: ${said}; the user needs the right to create tables`,
    {},
    error,
  );
}
