import { explainExpression, printTree } from "../../expression/explain.js";
import type { Store } from "../../research/store/store.js";
import type { Marked } from "../../research/store/store-list.js";
import type { FactorTable, LoopTable } from "../../research/store/store-tables.js";
import { factorCheck } from "./factor-check.js";
import { factorSource } from "./factor-source.js";
import type { LibrarySources } from "./library-route.js";
import type {
  Combination,
  ExpressionAnswer,
  FactorAnswer,
  LoopAnswer,
  RecordAnswer,
  Row,
  TaskAnswer,
} from "./library-types.js";
import { hasReturns } from "./returns.js";
import { workspaceAnswers } from "./workspace-answers.js";
import type { WorkspaceFiles } from "./workspace-files.js";

const FOLDED = [
  "tags",
  "variables",
  "input_schema",
  "interface_info",
  "factor_names",
  "metrics",
  "paths",
  "counts",
  ...["feature_list", "instruments", "template_files", "python_implementation", "data_config"],
  ...["dataset_config", "portfolio_config", "backtest_config", "model_config", "feature_schema"],
  ...["flattened_feature_list", "model_artifacts"],
];

/** A store's row for a page: JSON unfolded, without the record itself. */
export function rowOf(row: Marked<object> & { readonly mark_key: string }): Row {
  const { record: _, digest: __, record_key: ___, ...fields } = row as Record<string, unknown>;
  for (const name of FOLDED) {
    if (typeof fields[name] === "string") fields[name] = unfolded(fields[name]);
  }
  return fields as unknown as Row;
}

function unfolded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function factorAnswer(
  { store, factorPackage, files }: LibrarySources,
  key: string,
): Promise<FactorAnswer | undefined> {
  const found = await factorRow(store, key);
  if (found === undefined) return undefined;
  const [metrics, loops, check, source] = await Promise.all([
    store.factorMetrics(found.name),
    store.loopsOfFactor(found.name),
    factorCheck(store, found.name),
    factorSource(store, found, factorPackage, files),
  ]);
  const ids = [...new Set(loops.flatMap(({ strategy_id }) => strategy_id ?? []))];
  const { rows: strategies } = await store.strategies({ where: { strategy_id: ids }, limit: MOST_LINKED });
  return {
    factor: rowOf(found),
    record: unfolded(found.record),
    metrics: metrics.map((row) => ({ ...row, metrics: unfolded(row.metrics) })),
    loops: loops.slice(0, MOST_LINKED).map(rowOf),
    strategies: strategies.map(rowOf),
    combinations: loops.slice(0, MOST_LINKED).flatMap(combinationOf),
    expression: found.expression ? explained(found.expression) : null,
    check,
    source,
  };
}

/** Records of other kinds that a page links to. */
const MOST_LINKED = 200;

export async function factorRow(store: Store, key: string): Promise<Marked<FactorTable> | undefined> {
  return (await store.factors({ where: { mark_key: key }, gone: true, limit: 1 })).rows[0];
}

function combinationOf({ factor_names, mark_key, sharpe }: Marked<LoopTable>): Combination[] {
  const factors = unfolded(factor_names ?? "[]");
  if (!Array.isArray(factors) || factors.length < 2) return [];
  return [{ factors: factors.map(String), loop: mark_key, sharpe }];
}

/** What a qlib expression reads, or why it is none: many records hold a formula for people. */
function explained(text: string): ExpressionAnswer | { problem: string } {
  try {
    const { lookBack, lookAhead, fields, tree } = explainExpression(text);
    const bars = (count: number) => (Number.isFinite(count) ? count : null);
    return { lookBack: bars(lookBack), lookAhead: bars(lookAhead), fields, tree: printTree(tree) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

export async function loopAnswer(
  { store, files }: LibrarySources,
  key: string,
): Promise<LoopAnswer | undefined> {
  const { rows } = await store.loops({ where: { mark_key: key }, gone: true });
  const found = rows[0];
  if (found === undefined) return undefined;
  const names = unfolded(found.factor_names ?? "[]");
  return {
    loop: rowOf(found),
    record: unfolded(found.record),
    factors: Array.isArray(names) ? names.map(String) : [],
    workspaces: await workspaceAnswers(store, files, found),
    hasReturns: hasReturns(files, found),
    ...feedbackOf(files, found),
  };
}

/** What only the workspace's own file says of a loop: no catalogue exports it. */
function feedbackOf(
  files: WorkspaceFiles,
  { workspace_path }: LoopTable,
): Pick<LoopAnswer, "hypothesis" | "limitations" | "codeCritic"> {
  const text = workspace_path === null ? undefined : files.text("feedback.json", workspace_path);
  const feedback = unfolded(text ?? "{}") as Record<string, unknown> | null;
  const summary = (feedback?.summary ?? {}) as Record<string, unknown>;
  const texts = (value: unknown) => (Array.isArray(value) ? value : [value]).filter(isText);
  const { hypothesis } = feedback ?? {};
  return {
    hypothesis: isText(hypothesis) ? hypothesis : null,
    limitations: texts(summary.limitations),
    codeCritic: texts(summary.code_critic),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** A strategy, and the loops that tried it. */
export async function strategyAnswer(store: Store, key: string): Promise<RecordAnswer | undefined> {
  const found = (await store.strategies({ where: { mark_key: key }, gone: true, limit: 1 })).rows[0];
  if (found === undefined) return undefined;
  const { rows } = await store.loops({
    where: { strategy_id: found.strategy_id },
    sort: "-sharpe",
    limit: MOST_LINKED,
  });
  return { row: rowOf(found), record: unfolded(found.record), loops: rows.map(rowOf) };
}

/** A model, and the loop that trained it. */
export async function modelAnswer(store: Store, key: string): Promise<RecordAnswer | undefined> {
  const found = (await store.models({ where: { mark_key: key }, gone: true, limit: 1 })).rows[0];
  if (found === undefined) return undefined;
  const { task_run_id, loop_id } = found;
  const { rows } =
    task_run_id === null || loop_id === null
      ? { rows: [] }
      : await store.loops({ where: { task_run_id, loop_id }, limit: 1 });
  return { row: rowOf(found), record: unfolded(found.record), loops: rows.map(rowOf) };
}

/** Task runs by their loops; what the registry says of them where the store has it. */
export async function taskAnswers(store: Store): Promise<TaskAnswer[]> {
  const rows = await store.db
    .selectFrom("loops as l")
    .leftJoin("task_runs as t", "t.task_run_id", "l.task_run_id")
    .where("l.is_best", "=", 1)
    .where("l.gone_at_utc", "is", null)
    .groupBy(["l.task_run_id", "t.scenario", "t.status", "t.created_at_utc"])
    .select((of) => [
      "l.task_run_id",
      "t.scenario",
      "t.status",
      "t.created_at_utc",
      of.fn.countAll<number>().as("loops"),
      of.fn.sum<number>("l.has_values").as("withResult"),
      of.fn.max("l.sharpe").as("bestSharpe"),
    ])
    .orderBy("l.task_run_id", "desc")
    .execute();
  return rows.map((row) => ({ ...row, loops: Number(row.loops), withResult: Number(row.withResult) }));
}
