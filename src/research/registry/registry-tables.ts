/** The rows of `registry.sqlite` as the newest research side writes them. A column that an older file lacks is null. */
export interface TaskRunRow {
  readonly task_run_id: string;
  readonly scenario: string | null;
  /** running, success, failed, aborted, unknown, legacy; open text. */
  readonly status: string | null;
  readonly created_at_utc: string | null;
  readonly updated_at_utc: string | null;
  readonly git_sha: string | null;
  readonly rdagent_version: string | null;
  readonly log_trace_path: string | null;
  readonly params_json: string | null;
}

/** A row of the registry's table of loops. */
export interface LoopRow {
  readonly task_run_id: string;
  readonly loop_id: number;
  /** factor or model. */
  readonly action: string | null;
  readonly status: string | null;
  readonly has_result: number | null;
  readonly best_workspace_id: string | null;
  readonly started_at_utc: string | null;
  readonly ended_at_utc: string | null;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly ic_mean: number | null;
  readonly rank_ic_mean: number | null;
  readonly ann_return: number | null;
  readonly mdd: number | null;
  readonly turnover: number | null;
  readonly multi_score: number | null;
  readonly metrics_json: string | null;
  readonly log_dir: string | null;
  /** pending, running, done, failed; null is pending. */
  readonly materialization_status: string | null;
  readonly materialization_error: string | null;
  readonly materialization_updated_at_utc: string | null;
  readonly asset_bundle_id: string | null;
  readonly is_solidified: number | null;
  readonly sync_status: string | null;
  readonly updated_at_utc: string | null;
}

/** A row of the registry's table of workspaces. */
export interface WorkspaceRow {
  readonly workspace_id: string;
  readonly task_run_id: string;
  readonly loop_id: number | null;
  /** experiment_workspace, sub_workspace, other. */
  readonly workspace_role: string | null;
  readonly experiment_type: string | null;
  readonly step_name: string | null;
  readonly status: string | null;
  /** A folder of the machine that ran the research. */
  readonly workspace_path: string;
  readonly meta_path: string | null;
  readonly summary_path: string | null;
  readonly manifest_path: string | null;
  readonly created_at_utc: string | null;
  readonly updated_at_utc: string | null;
}

/** A row of the registry's table of artifacts. */
export interface ArtifactRow {
  readonly artifact_id: string;
  readonly task_run_id: string;
  readonly loop_id: number | null;
  readonly workspace_id: string;
  readonly artifact_type: string | null;
  readonly name: string | null;
  readonly version: string | null;
  /** present or missing. */
  readonly status: string | null;
  readonly primary_flag: number | null;
  readonly summary_json: string | null;
  readonly entry_path: string | null;
  readonly model_type: string | null;
  readonly model_conf_json: string | null;
  readonly dataset_conf_json: string | null;
  readonly feature_schema_json: string | null;
  readonly created_at_utc: string | null;
  readonly updated_at_utc: string | null;
}

/** A row of the registry's table of artifact files. */
export interface ArtifactFileRow {
  readonly file_id: string;
  readonly artifact_id: string;
  readonly workspace_id: string;
  /** In the workspace's folder. */
  readonly path: string;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly mtime_utc: string | null;
  readonly kind: string | null;
}

/** A row of the registry's table of factors. */
export interface FactorRegistryRow {
  readonly factor_name: string;
  readonly expression: string | null;
  readonly performance_json: string | null;
  readonly asset_bundle_id: string | null;
  readonly workspace_id: string | null;
  readonly task_run_id: string | null;
  readonly loop_id: number | null;
  readonly updated_at_utc: string | null;
}

/** The registry's tables, as kysely types them. */
export interface RegistryTables {
  task_runs: TaskRunRow;
  loops: LoopRow;
  workspaces: WorkspaceRow;
  artifacts: ArtifactRow;
  artifact_files: ArtifactFileRow;
  factor_registry: FactorRegistryRow;
}

export type RegistryTable = keyof RegistryTables;

type Columns = { readonly [T in RegistryTable]: readonly (keyof RegistryTables[T])[] };

/** The columns in the order of a fresh file. */
export const REGISTRY_COLUMNS: Columns = {
  task_runs: [
    "task_run_id",
    "scenario",
    "status",
    "created_at_utc",
    "updated_at_utc",
    "git_sha",
    "rdagent_version",
    "log_trace_path",
    "params_json",
  ],
  loops: [
    "task_run_id",
    "loop_id",
    "action",
    "status",
    "has_result",
    "best_workspace_id",
    "started_at_utc",
    "ended_at_utc",
    "error_type",
    "error_message",
    "ic_mean",
    "rank_ic_mean",
    "ann_return",
    "mdd",
    "turnover",
    "multi_score",
    "metrics_json",
    "log_dir",
    "materialization_status",
    "materialization_error",
    "materialization_updated_at_utc",
    "asset_bundle_id",
    "is_solidified",
    "sync_status",
    "updated_at_utc",
  ],
  workspaces: [
    "workspace_id",
    "task_run_id",
    "loop_id",
    "workspace_role",
    "experiment_type",
    "step_name",
    "status",
    "workspace_path",
    "meta_path",
    "summary_path",
    "manifest_path",
    "created_at_utc",
    "updated_at_utc",
  ],
  artifacts: [
    "artifact_id",
    "task_run_id",
    "loop_id",
    "workspace_id",
    "artifact_type",
    "name",
    "version",
    "status",
    "primary_flag",
    "summary_json",
    "entry_path",
    "model_type",
    "model_conf_json",
    "dataset_conf_json",
    "feature_schema_json",
    "created_at_utc",
    "updated_at_utc",
  ],
  artifact_files: [
    "file_id",
    "artifact_id",
    "workspace_id",
    "path",
    "sha256",
    "size_bytes",
    "mtime_utc",
    "kind",
  ],
  factor_registry: [
    "factor_name",
    "expression",
    "performance_json",
    "asset_bundle_id",
    "workspace_id",
    "task_run_id",
    "loop_id",
    "updated_at_utc",
  ],
};

/** Without these a file is not a registry; `factor_registry` came later. */
export const REQUIRED_TABLES: readonly RegistryTable[] = [
  "task_runs",
  "loops",
  "workspaces",
  "artifacts",
  "artifact_files",
];
