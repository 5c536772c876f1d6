import { basename } from "node:path";
import { explainExpression, printTree } from "../../expression/explain.js";
import type { Store } from "../../research/store/store.js";
import type { Marked } from "../../research/store/store-list.js";
import type {
  ExpressionAnswer,
  FactorAnswer,
  FileAnswer,
  LoopAnswer,
  Row,
  TaskAnswer,
} from "./library-types.js";
import type { ServedFiles } from "./served-files.js";

const FOLDED = [
  "tags",
  "variables",
  "input_schema",
  "interface_info",
  "factor_names",
  "metrics",
  "paths",
  "counts",
  "feature_list",
  "instruments",
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

export async function factorAnswer(store: Store, key: string): Promise<FactorAnswer | undefined> {
  const { rows } = await store.factors({ where: { mark_key: key }, gone: true, limit: 1 });
  const found = rows[0];
  if (found === undefined) return undefined;
  const [metrics, loops] = await Promise.all([
    store.factorMetrics(found.name),
    store.loopsOfFactor(found.name),
  ]);
  return {
    factor: rowOf(found),
    record: unfolded(found.record),
    metrics: metrics.map((row) => ({ ...row, metrics: unfolded(row.metrics) })),
    loops: loops.map(rowOf),
    expression: found.expression ? explained(found.expression) : null,
  };
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
  store: Store,
  key: string,
  files: ServedFiles,
): Promise<LoopAnswer | undefined> {
  const { rows } = await store.loops({ where: { mark_key: key }, gone: true });
  const found = rows[0];
  if (found === undefined) return undefined;
  const { task_run_id, loop_id } = found;
  const where = { task_run_id, loop_id };
  const { rows: workspaces } = await store.loops({ where, everyWorkspace: true, gone: true });
  const names = unfolded(found.factor_names ?? "[]");
  return {
    loop: rowOf(found),
    record: unfolded(found.record),
    factors: Array.isArray(names) ? names.map(String) : [],
    files: await filesOfLoop(store, task_run_id, loop_id, files),
    workspaces: workspaces.map(rowOf),
  };
}

async function filesOfLoop(
  store: Store,
  task: string,
  loop: number,
  files: ServedFiles,
): Promise<FileAnswer[]> {
  const rows = await store.db
    .selectFrom("artifact_files as f")
    .innerJoin("artifacts as a", "a.artifact_id", "f.artifact_id")
    .select(["f.file_id", "f.path", "f.kind", "f.size_bytes", "f.sha256", "a.name as artifact"])
    .where("a.task_run_id", "=", task)
    .where("a.loop_id", "=", loop)
    .orderBy("f.path")
    .execute();
  return rows.map((row) => ({
    id: row.file_id,
    name: basename((row.path ?? row.file_id).replaceAll("\\", "/")),
    kind: row.kind,
    size: row.size_bytes,
    sha256: row.sha256,
    artifact: row.artifact,
    available: row.path !== null && files.find(row.path) !== undefined,
  }));
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
