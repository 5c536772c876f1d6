import { CATALOGUES, type CatalogueKind } from "./catalogue-kinds.js";
import type { CatalogueRecord } from "./catalogue-record.js";

type FieldType = "text" | "number" | "truth" | "list" | "object" | "any";

interface Schema {
  readonly required: readonly string[];
  readonly types: Readonly<Record<string, FieldType>>;
}

const of = (type: FieldType, ...names: readonly string[]): Readonly<Record<string, FieldType>> =>
  Object.fromEntries(names.map((name) => [name, type]));

const FACTOR: Schema = {
  required: ["name"],
  types: {
    ...of(
      "text",
      "name",
      "source",
      "region",
      "description_cn",
      "formula_hint",
      "expression",
      "created_at_utc",
    ),
    ...of("text", "experiment_id", "freq", "align", "nan_policy", "impl_module", "impl_func", "impl_version"),
    ...of("text", "best_performance"),
    ...of("list", "tags"),
    ...of("object", "input_schema", "interface_info"),
    ...of("any", "variables"), // object, list or text
  },
};

/** The fields of the contract. A field that is not here is kept like any other. */
const SCHEMAS: Readonly<Record<CatalogueKind, Schema>> = {
  factors: FACTOR,
  alpha158: FACTOR,
  alpha360: FACTOR,
  strategies: {
    required: ["strategy_id"],
    types: {
      ...of("text", "strategy_id", "scenario", "step_name", "action", "market", "freq"),
      ...of("object", "workspace_example", "python_implementation", "data_config", "dataset_config"),
      ...of("object", "portfolio_config", "backtest_config", "model_config"),
      ...of("list", "template_files", "feature_list"),
    },
  },
  loops: {
    required: ["task_run_id", "loop_id"],
    types: {
      ...of(
        "text",
        "task_run_id",
        "workspace_id",
        "workspace_path",
        "scenario",
        "step_name",
        "action",
        "status",
      ),
      ...of("text", "log_dir", "materialization_status", "materialization_error", "asset_bundle_id"),
      ...of("text", "sync_status", "strategy_id"),
      ...of("number", "loop_id", "annualized_return", "max_drawdown", "sharpe", "ic", "ic_ir", "win_rate"),
      ...of("truth", "has_result", "is_solidified", "decision"),
      ...of("list", "factor_names"),
      ...of("object", "metrics", "summary_texts", "paths"),
    },
  },
  models: {
    required: ["model_id"],
    types: {
      ...of("text", "model_id", "task_run_id", "workspace_id", "workspace_path", "log_dir", "model_type"),
      ...of("number", "loop_id"),
      ...of("object", "model_config", "dataset_config", "feature_schema", "model_artifacts"),
      ...of("list", "flattened_feature_list"),
    },
  },
};

/**
 * What is missing or odd in a record, as a sentence; undefined where all is as the contract has it. An odd record is
 * imported all the same as long as its key is there: the odd field is in its JSON alone.
 */
export function recordProblem(kind: string, record: CatalogueRecord): string | undefined {
  if (!(kind in CATALOGUES)) return undefined;
  const { required, types } = SCHEMAS[kind as CatalogueKind];
  const missing = required.filter((field) => isAbsent(record[field]) || record[field] === "");
  const odd = Object.entries(types)
    .filter(([field, type]) => !isAbsent(record[field]) && !isOf(type, record[field]))
    .map(([field, type]) => `${field} is ${nameOf(record[field])}, not ${NAMES[type]}`);
  const problems = [...(missing.length > 0 ? [`${missing.join(", ")} is missing`] : []), ...odd];
  return problems.length > 0 ? problems.join("; ") : undefined;
}

const NAMES: Readonly<Record<FieldType, string>> = {
  text: "text",
  number: "a number",
  truth: "true or false",
  list: "a list",
  object: "an object",
  any: "anything",
};

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function isOf(type: FieldType, value: unknown): boolean {
  switch (type) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number"; // NaN and Infinity, which a metric may be, are numbers
    case "truth":
      return typeof value === "boolean" || value === 0 || value === 1;
    case "list":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    default:
      return true;
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return NAMES.list;
  if (typeof value === "boolean") return String(value);
  return typeof value === "object" ? NAMES.object : typeof value === "string" ? NAMES.text : NAMES.number;
}
