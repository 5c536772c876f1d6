/** The columns that every table of imported records has. */
export interface Tracked {
  /** The natural key's parts as a JSON list, by which a record is written again. */
  readonly record_key: string;
  /** The record as it came, blanks aside: no field is lost. */
  readonly record: string;
  /** Of the record's text: another one means that something changed. */
  readonly digest: string;
  readonly catalogue_version: string | null;
  readonly generated_at_utc: string | null;
  readonly changed_at_utc: string;
  /** When a complete import no longer had the record; null while it is there. */
  readonly gone_at_utc: string | null;
}

/** A truth value: 1 or 0, null where the source does not say. */
export type Truth = 0 | 1 | null;
/** JSON text, null where the source has no such field. */
export type JsonText = string | null;

/** The store's table of factors. */
export interface FactorTable extends Tracked {
  /** What a user's marks are kept by; it outlives a new expression or workspace. */
  readonly mark_key: string;
  readonly name: string;
  readonly source: string;
  /** Of the expression without blanks; "" without one. A name occurs with several expressions. */
  readonly expression_key: string;
  /** 2 for the second record of the same name, source and expression. */
  readonly occurrence: number;
  readonly region: string | null;
  readonly description_cn: string | null;
  readonly formula_hint: string | null;
  readonly expression: string | null;
  readonly created_at_utc: string | null;
  readonly experiment_id: string | null;
  readonly tags: JsonText;
  readonly variables: JsonText;
  readonly freq: string | null;
  readonly align: string | null;
  readonly nan_policy: string | null;
  readonly input_schema: JsonText;
  readonly impl_module: string | null;
  readonly impl_func: string | null;
  readonly impl_version: string | null;
  /** current, stale, ahead, missing, stub, unversioned; null until it is compared with a package. */
  readonly impl_state: string | null;
  readonly interface_info: JsonText;
  readonly best_performance: string | null;
  /** Read from `best_performance`; null where it names none. */
  readonly best_sharpe: number | null;
  readonly best_annualized_return: number | null;
  readonly asset_bundle_id: string | null;
  /** Of our own checks where there are any, else of the loop that measured it last. */
  readonly ic: number | null;
  readonly ic_ir: number | null;
  readonly rank_ic: number | null;
  readonly coverage: number | null;
  /** Loops that used it. */
  readonly loop_count: number | null;
  /** What our own checks say: ok, warning, error; null before they ran. */
  readonly check_status: string | null;
  /** The verdict of the proof against look-ahead; null where none was tried. */
  readonly look_ahead: string | null;
}

/** The store's table of strategies. */
export interface StrategyTable extends Tracked {
  /** What a user's marks are kept by; it outlives a new expression or workspace. */
  readonly mark_key: string;
  readonly strategy_id: string;
  readonly scenario: string | null;
  readonly step_name: string | null;
  readonly action: string | null;
  readonly example_task_run_id: string | null;
  readonly example_loop_id: number | null;
  readonly example_workspace_id: string | null;
  readonly example_workspace_path: string | null;
  readonly template_files: JsonText;
  readonly python_implementation: JsonText;
  readonly data_config: JsonText;
  readonly dataset_config: JsonText;
  readonly portfolio_config: JsonText;
  readonly backtest_config: JsonText;
  readonly model_config: JsonText;
  readonly feature_list: JsonText;
  readonly market: string | null;
  readonly instruments: JsonText;
  readonly freq: string | null;
}

/** The store's table of loops. */
export interface LoopTable extends Tracked {
  /** What a user's marks are kept by; it outlives a new expression or workspace. */
  readonly mark_key: string;
  readonly task_run_id: string;
  readonly loop_id: number;
  readonly workspace_id: string;
  readonly workspace_path: string | null;
  readonly scenario: string | null;
  readonly step_name: string | null;
  readonly action: string | null;
  readonly status: string | null;
  readonly has_result: Truth;
  readonly log_dir: string | null;
  readonly materialization_status: string | null;
  readonly materialization_error: string | null;
  readonly asset_bundle_id: string | null;
  readonly is_solidified: Truth;
  readonly sync_status: string | null;
  readonly strategy_id: string | null;
  readonly factor_names: JsonText;
  readonly annualized_return: number | null;
  readonly max_drawdown: number | null;
  readonly sharpe: number | null;
  readonly ic: number | null;
  readonly ic_ir: number | null;
  readonly win_rate: number | null;
  readonly metrics: JsonText;
  readonly decision: Truth;
  readonly summary_execution: string | null;
  readonly summary_value_feedback: string | null;
  readonly summary_shape_feedback: string | null;
  readonly paths: JsonText;
  /** Whether it has a metric, a decision or a strategy: other workspaces of the loop have none. */
  readonly has_values: 0 | 1;
  /** Whether this row stands for its loop: the one with values before those without. */
  readonly is_best: 0 | 1;
}

/** The store's table of models. */
export interface ModelTable extends Tracked {
  /** What a user's marks are kept by; it outlives a new expression or workspace. */
  readonly mark_key: string;
  readonly model_id: string;
  readonly task_run_id: string | null;
  readonly loop_id: number | null;
  readonly workspace_id: string | null;
  readonly workspace_path: string | null;
  readonly log_dir: string | null;
  readonly model_type: string | null;
  readonly model_config: JsonText;
  readonly dataset_config: JsonText;
  readonly feature_schema: JsonText;
  readonly flattened_feature_list: JsonText;
  readonly model_artifacts: JsonText;
  readonly asset_bundle_id: string | null;
}

/** The store's table of factors that were adopted. */
export interface AlphaFactorTable extends Tracked {
  /** alpha158 or alpha360. */
  readonly library: string;
  readonly name: string;
  readonly expression: string | null;
  readonly region: string | null;
  readonly tags: JsonText;
}

export interface LoopFactorTable {
  readonly task_run_id: string;
  readonly loop_id: number;
  readonly workspace_id: string;
  readonly factor_name: string;
  /** Its place in the loop's list, from 0. */
  readonly position: number;
}

/** The store's table of figures of factors. */
export interface FactorMetricTable {
  readonly factor_name: string;
  /** loop (a factor_perf.json), or validation (our own factor checks). */
  readonly origin: string;
  readonly task_run_id: string;
  readonly loop_id: number;
  readonly workspace_id: string;
  /** The span that the figures are of. */
  readonly window_name: string;
  readonly ic_mean: number | null;
  readonly ic_ir: number | null;
  readonly rank_ic_mean: number | null;
  readonly rank_ic_ir: number | null;
  readonly coverage: number | null;
  readonly turnover: number | null;
  readonly annualized_return: number | null;
  readonly max_drawdown: number | null;
  readonly sharpe: number | null;
  /** All figures as they came. */
  readonly metrics: string;
  readonly changed_at_utc: string;
}

/** What a run of our own checks found of a factor, the latest. */
export interface FactorCheckTable {
  readonly factor_name: string;
  readonly status: string;
  readonly look_ahead: string | null;
  /** Bars before a row that its value depends on, as the proof found; null where it found none. */
  readonly look_back: number | null;
  /** A list of code, severity and sentences. */
  readonly findings: string;
  /** `FactorQuality` with its series; null where no figures were computed. */
  readonly quality: JsonText;
  readonly checked_at_utc: string;
}

/** The store's table of task runs. */
export interface TaskRunTable extends Tracked {
  readonly task_run_id: string;
  readonly scenario: string | null;
  readonly status: string | null;
  readonly created_at_utc: string | null;
  readonly updated_at_utc: string | null;
  readonly log_trace_path: string | null;
}

/** The store's table of loops as the registry has them. */
export interface RegistryLoopTable extends Tracked {
  readonly task_run_id: string;
  readonly loop_id: number;
  readonly action: string | null;
  readonly status: string | null;
  readonly has_result: Truth;
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
  readonly materialization_status: string | null;
}

/** The store's table of workspaces. */
export interface WorkspaceTable extends Tracked {
  readonly workspace_id: string;
  readonly task_run_id: string | null;
  readonly loop_id: number | null;
  readonly workspace_role: string | null;
  readonly experiment_type: string | null;
  readonly status: string | null;
  readonly workspace_path: string | null;
}

/** The store's table of artifacts. */
export interface ArtifactTable extends Tracked {
  readonly artifact_id: string;
  readonly task_run_id: string | null;
  readonly loop_id: number | null;
  readonly workspace_id: string | null;
  readonly artifact_type: string | null;
  readonly name: string | null;
  readonly status: string | null;
  readonly entry_path: string | null;
}

/** The store's table of artifact files. */
export interface ArtifactFileTable extends Tracked {
  readonly file_id: string;
  readonly artifact_id: string | null;
  readonly workspace_id: string | null;
  readonly path: string | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly mtime_utc: string | null;
  readonly kind: string | null;
}

/** The store's table of imports. */
export interface ImportRunTable {
  readonly run_id: string;
  readonly source: string;
  readonly mode: string;
  /** running, done, partial, failed, interrupted. */
  readonly state: string;
  readonly started_at_utc: string;
  readonly finished_at_utc: string | null;
  /** Per kind of record: new, changed, same, gone, skipped, refused. */
  readonly counts: JsonText;
  readonly problem: string | null;
}

/** The store's table of what each import brought. */
export interface ImportRecordTable {
  readonly run_id: string;
  readonly kind: string;
  readonly record_key: string;
  /** ok (new or changed), gone, skipped, failed. */
  readonly status: string;
  readonly reason: string | null;
}

export interface SyncStateTable {
  readonly source: string;
  readonly kind: string;
  /** What the source calls the state that was imported whole: an entity tag, a file's time and size. */
  readonly state: string;
  /** From when on to ask for changes; null where the source has no such thing. */
  readonly as_of_utc: string | null;
}

export interface SyncLockTable {
  readonly name: string;
  readonly holder: string;
  readonly beat_at_utc: string;
}

export interface MarkTable {
  readonly kind: string;
  readonly mark_key: string;
  readonly favourite: 0 | 1;
  readonly reviewed: 0 | 1;
  readonly tags: string;
  readonly note: string;
  readonly changed_at_utc: string;
}

export interface StoreTables {
  factors: FactorTable;
  strategies: StrategyTable;
  loops: LoopTable;
  models: ModelTable;
  alpha_factors: AlphaFactorTable;
  loop_factors: LoopFactorTable;
  factor_metrics: FactorMetricTable;
  factor_checks: FactorCheckTable;
  task_runs: TaskRunTable;
  registry_loops: RegistryLoopTable;
  workspaces: WorkspaceTable;
  artifacts: ArtifactTable;
  artifact_files: ArtifactFileTable;
  import_runs: ImportRunTable;
  import_records: ImportRecordTable;
  sync_state: SyncStateTable;
  sync_locks: SyncLockTable;
  marks: MarkTable;
}

export type StoreTable = keyof StoreTables;
