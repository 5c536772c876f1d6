import { join } from "node:path";
import { ByteFile } from "../../files/byte-file.js";
import { faultless } from "../../formats/parquet/fault.js";
import { readFooter } from "../../formats/parquet/footer.js";
import { parseQlibResult } from "../../formats/qlib/result.js";
import type { PythonJson, PythonObject } from "../json/python-json.js";
import { withKeyFigures } from "./qlib-result.js";
import type { WorkspaceFolder } from "./workspace-folder.js";

/** Whose file it is, and when it is written. */
export interface LoopIdentity {
  readonly taskRunId: string;
  readonly loopId: number;
  readonly now: string;
}

/** A factor's name and, where it is Alpha158's, its expression. */
interface NamedFactor {
  readonly name: string;
  readonly expression: string;
  readonly isAlpha: boolean;
}

export const FACTOR_VALUES = "combined_factors_df.parquet";

/**
 * factor_meta.json of a workspace that has a result: the factors that its configuration takes from Alpha158, then those that
 * the loop made, which are the columns of its factor values.
 */
export function factorMeta(folder: WorkspaceFolder, loop: LoopIdentity): PythonObject {
  const alpha = alphaFactors(folder);
  const taken = new Set(alpha.map(({ name }) => name));
  const own = valueColumns(folder)
    .filter((name) => !taken.has(name))
    .map((name) => ({ name, expression: "", isAlpha: false }));
  return new Map<string, PythonJson>([
    ["version", "v1"],
    ["task_run_id", loop.taskRunId],
    ["loop_id", BigInt(loop.loopId)],
    ["created_at_utc", loop.now],
    ["factors", [...alpha, ...own].map((factor) => factorRecord(factor, loop))],
  ]);
}

function factorRecord({ name, expression, isAlpha }: NamedFactor, loop: LoopIdentity): PythonObject {
  return new Map<string, PythonJson>([
    ["name", name],
    ["source", isAlpha ? "qlib_alpha158" : "rdagent_generated"],
    ["region", "cn"],
    ["description_cn", ""],
    ["formula_hint", expression],
    ["expression", expression],
    ["created_at_utc", loop.now],
    ["experiment_id", `${loop.taskRunId}/${loop.loopId}`],
    ["tags", [isAlpha ? "alpha158" : "rdagent"]],
    ["variables", new Map()],
    ["freq", "1d"],
    ["align", "close"],
    ["nan_policy", "dataservice_default"],
    ["input_schema", INPUT_SCHEMA],
    ["impl_module", "rd_factors_lib.generated"],
    ["impl_func", name],
    // The day, as the research side writes it; a package's own VERSION is compared by implVersion.
    ["impl_version", loop.now.slice(0, 10).replaceAll("-", "")],
    ["interface_info", new Map([["type", "function"]])],
  ]);
}

const INPUT_SCHEMA: PythonObject = new Map<string, PythonJson>([
  ["required_fields", ["open", "high", "low", "close", "volume"]],
  ["optional_fields", ["amount", "pct_chg", "turnover_rate"]],
  ["lookback_days", 10n],
  ["index_type", "MultiIndex(datetime, instrument)"],
  ["description", "因子计算所需的输入数据结构定义 (lookback: 10天)"],
]);

/** qlib's `[[expressions], [names]]`, wherever the configuration has it. */
function alphaFactors(folder: WorkspaceFolder): NamedFactor[] {
  for (const config of folder.parsedConfigs()) {
    const found = found158(config);
    if (found) return found;
  }
  return [];
}

function found158(value: PythonJson | undefined): NamedFactor[] | undefined {
  if (Array.isArray(value)) return firstOf(value);
  if (!(value instanceof Map)) return undefined;
  const config = value.get("alpha158_config");
  const feature = config instanceof Map ? config.get("feature") : undefined;
  const [expressions, names] = Array.isArray(feature) ? feature : [];
  if (Array.isArray(expressions) && Array.isArray(names)) {
    return names.map((name, at) => ({
      name: String(name),
      expression: String(expressions[at] ?? ""),
      isAlpha: true,
    }));
  }
  return firstOf([...value.values()]);
}

function firstOf(values: readonly PythonJson[]): NamedFactor[] | undefined {
  for (const value of values) {
    const found = found158(value);
    if (found) return found;
  }
  return undefined;
}

/**
 * The factors in a workspace's values, by the footer of the file alone. pandas writes a column of a MultiIndex as the text
 * `('feature', 'Name')`.
 * @throws DataServiceError corrupt, unsupported, changed
 */
export function valueColumns(folder: WorkspaceFolder): string[] {
  if (!folder.has(FACTOR_VALUES)) return [];
  const file = ByteFile.of(join(folder.path, FACTOR_VALUES));
  const { schema } = faultless(file, undefined, () => file.session((read) => readFooter(read, file.size)));
  return schema
    .slice(1)
    .filter(({ children }) => children === 0)
    .map(({ name }) => /^\('feature', ['"](.*)['"]\)$/s.exec(name)?.[1] ?? name)
    .filter((name) => name !== "datetime" && name !== "instrument" && !/^__index_level_\d+__$/.test(name));
}

/** The names of factor_meta's factors; undefined where the file is none of ours. */
export function factorNames(meta: PythonObject): readonly string[] | undefined {
  const factors = meta.get("factors");
  if (!Array.isArray(factors)) return undefined;
  return factors.flatMap((factor) => {
    const name = factor instanceof Map ? factor.get("name") : undefined;
    return typeof name === "string" ? [name] : [];
  });
}

/** Whether a factor_meta holds factors that research made, whose figures only it can have. */
export function hasGeneratedFactors(meta: PythonObject): boolean {
  const factors = meta.get("factors");
  return (
    Array.isArray(factors) &&
    factors.some((factor) => factor instanceof Map && factor.get("source") === "rdagent_generated")
  );
}

/**
 * factor_perf.json: what the experiment's backtest says of all its factors together, and what the checks say of each.
 * @param factors one record a factor, where its values could be checked; none are invented
 */
export function factorPerformance(
  folder: WorkspaceFolder,
  names: readonly string[],
  loop: LoopIdentity,
  factors: readonly PythonJson[],
): PythonObject {
  const text = folder.has("qlib_res.csv") ? folder.text("qlib_res.csv") : "";
  const metrics = withKeyFigures(parseQlibResult(text));
  const window = new Map<string, PythonJson>([
    ["name", "main_window"],
    ["annual_return", metrics.get("annualized_return") ?? null],
    ["max_drawdown", metrics.get("max_drawdown") ?? null],
    ["sharpe", metrics.get("sharpe") ?? null],
    ["metrics", metrics],
  ]);
  const combination = new Map<string, PythonJson>([
    ["name", "main"],
    ["factor_names", [...names]],
    ["windows", [window]],
  ]);
  return new Map<string, PythonJson>([
    ["version", "v1"],
    ["task_run_id", loop.taskRunId],
    ["loop_id", BigInt(loop.loopId)],
    ["generated_at_utc", loop.now],
    ["factors", [...factors]],
    ["combinations", [combination]],
  ]);
}

/** feedback.json of a loop whose feedback nobody kept: the decision is null, not false. */
export function emptyFeedback(loop: LoopIdentity): PythonObject {
  return new Map<string, PythonJson>([
    ["version", "v1"],
    ["task_run_id", loop.taskRunId],
    ["loop_id", BigInt(loop.loopId)],
    ["generated_at_utc", loop.now],
    ["decision", null],
    ["hypothesis", ""],
    [
      "summary",
      new Map<string, PythonJson>([
        ["execution", ""],
        ["value_feedback", ""],
        ["shape_feedback", ""],
        ["code_critic", []],
        ["limitations", []],
      ]),
    ],
  ]);
}
