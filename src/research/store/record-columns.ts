import type { CatalogueKind } from "../catalogues/catalogue-kinds.js";
import { type CatalogueRecord, isRecord, numberOf, textOf } from "../catalogues/catalogue-record.js";
import { expressionKey } from "../ids.js";
import type { StoreTable, StoreTables, Truth } from "./store-tables.js";

/** The table of each catalogue. */
export const RECORD_TABLES = {
  factors: "factors",
  strategies: "strategies",
  loops: "loops",
  models: "models",
  alpha158: "alpha_factors",
  alpha360: "alpha_factors",
} as const satisfies Readonly<Record<CatalogueKind, StoreTable>>;

/** The columns that come from a record's fields; those of the import are added by it. */
export type RecordColumns = Readonly<Record<string, string | number | null>>;

/** A record's official fields as columns. A field of another type than the contract's is in the record alone. */
export function recordColumns(kind: CatalogueKind, record: CatalogueRecord): RecordColumns {
  switch (kind) {
    case "factors":
      return factorColumns(record);
    case "strategies":
      return strategyColumns(record);
    case "loops":
      return loopColumns(record);
    case "models":
      return modelColumns(record);
    default:
      return { library: kind, ...texts(record, "name", "expression", "region"), ...jsons(record, "tags") };
  }
}

function factorColumns(record: CatalogueRecord): RecordColumns {
  const best = textOf(record, "best_performance");
  return {
    mark_key: JSON.stringify([textOf(record, "name") ?? "", textOf(record, "source") ?? ""]),
    name: textOf(record, "name") ?? "",
    source: textOf(record, "source") ?? "",
    expression_key: expressionKey(record.expression),
    ...texts(
      record,
      "region",
      "description_cn",
      "formula_hint",
      "expression",
      "created_at_utc",
      "experiment_id",
    ),
    ...texts(record, "freq", "align", "nan_policy", "impl_module", "impl_func", "impl_version"),
    ...texts(record, "best_performance", "asset_bundle_id"),
    ...jsons(record, "tags", "variables", "input_schema", "interface_info"),
    best_sharpe: figureIn(best, /Sharpe:\s*(-?[\d.]+(?:e-?\d+)?)/i),
    best_annualized_return: figureIn(best, /Ann\.?\s*Ret:\s*(-?[\d.]+(?:e-?\d+)?)%/i, 100),
  };
}

/** "Sharpe: 2.23, Ann.Ret: 15.60%" is all that the export keeps of a factor's figures. */
function figureIn(text: string | undefined, pattern: RegExp, per = 1): number | null {
  const found = Number(pattern.exec(text ?? "")?.[1] ?? Number.NaN);
  return Number.isFinite(found) ? found / per : null;
}

function strategyColumns(record: CatalogueRecord): RecordColumns {
  const example = isRecord(record.workspace_example) ? record.workspace_example : {};
  return {
    mark_key: JSON.stringify([textOf(record, "strategy_id") ?? ""]),
    ...texts(record, "strategy_id", "scenario", "step_name", "action", "market", "freq"),
    example_task_run_id: textOf(example, "task_run_id") ?? null,
    example_loop_id: numberOf(example, "loop_id") ?? null,
    example_workspace_id: textOf(example, "workspace_id") ?? null,
    example_workspace_path: textOf(example, "workspace_path") ?? null,
    ...jsons(record, "template_files", "python_implementation", "data_config", "dataset_config"),
    ...jsons(record, "portfolio_config", "backtest_config", "model_config", "feature_list", "instruments"),
  };
}

const LOOP_FIGURES = ["annualized_return", "max_drawdown", "sharpe", "ic", "ic_ir", "win_rate"] as const;

function loopColumns(record: CatalogueRecord): RecordColumns {
  const summary = isRecord(record.summary_texts) ? record.summary_texts : {};
  return {
    mark_key: JSON.stringify([textOf(record, "task_run_id") ?? "", numberOf(record, "loop_id") ?? 0]),
    task_run_id: textOf(record, "task_run_id") ?? "",
    loop_id: numberOf(record, "loop_id") ?? 0,
    workspace_id: textOf(record, "workspace_id") ?? "",
    ...texts(record, "workspace_path", "scenario", "step_name", "action", "status", "log_dir"),
    ...texts(record, "materialization_status", "materialization_error", "asset_bundle_id"),
    ...texts(record, "sync_status", "strategy_id"),
    has_result: truthOf(record.has_result),
    is_solidified: truthOf(record.is_solidified),
    decision: truthOf(record.decision),
    ...Object.fromEntries(LOOP_FIGURES.map((name) => [name, numberOf(record, name) ?? null])),
    ...jsons(record, "factor_names", "metrics", "paths"),
    summary_execution: textOf(summary, "execution") ?? null,
    summary_value_feedback: textOf(summary, "value_feedback") ?? null,
    summary_shape_feedback: textOf(summary, "shape_feedback") ?? null,
    has_values: hasValues(record) ? 1 : 0,
    is_best: 0,
  };
}

/** Whether a loop's row says anything of its result: of a loop's workspaces most rows do not. */
export function hasValues(record: CatalogueRecord): boolean {
  const metrics = record.metrics;
  return (
    LOOP_FIGURES.some((name) => numberOf(record, name) !== undefined) ||
    (isRecord(metrics) && Object.keys(metrics).length > 0) ||
    truthOf(record.decision) !== null ||
    Boolean(textOf(record, "strategy_id"))
  );
}

function modelColumns(record: CatalogueRecord): RecordColumns {
  return {
    mark_key: JSON.stringify([textOf(record, "model_id") ?? ""]),
    ...texts(record, "model_id", "task_run_id", "workspace_id", "workspace_path", "log_dir", "model_type"),
    ...texts(record, "asset_bundle_id"),
    loop_id: numberOf(record, "loop_id") ?? null,
    ...jsons(record, "model_config", "dataset_config", "feature_schema", "flattened_feature_list"),
    ...jsons(record, "model_artifacts"),
  };
}

/** The factors that a loop's row names, once each, in order. */
export function loopFactors(record: CatalogueRecord): StoreTables["loop_factors"][] {
  const names = record.factor_names;
  if (!Array.isArray(names)) return [];
  const unique = new Set(names.filter((name): name is string => typeof name === "string"));
  const { task_run_id, loop_id, workspace_id } = loopColumns(record);
  return [...unique].map((factor_name, position) => ({
    task_run_id: String(task_run_id),
    loop_id: Number(loop_id),
    workspace_id: String(workspace_id),
    factor_name,
    position,
  }));
}

const texts = (record: CatalogueRecord, ...fields: readonly string[]): RecordColumns =>
  Object.fromEntries(fields.map((field) => [field, textOf(record, field) ?? null]));

const jsons = (record: CatalogueRecord, ...fields: readonly string[]): RecordColumns =>
  Object.fromEntries(
    fields.map((field) => [field, record[field] === undefined ? null : JSON.stringify(record[field])]),
  );

function truthOf(value: unknown): Truth {
  if (value === true || value === 1) return 1;
  return value === false || value === 0 ? 0 : null;
}
