import type { Transaction } from "kysely";
import {
  type CatalogueRecord,
  isRecord,
  numberOf,
  parseRecord,
  textOf,
} from "../catalogues/catalogue-record.js";
import { utcNow } from "../registry/utc-time.js";
import type { StoreTables } from "../store/store-tables.js";
import type { ImportContext } from "./import-context.js";
import type { ImportCounts } from "./import-counts.js";
import type { KindRead } from "./results-source.js";

type Metric = StoreTables["factor_metrics"];

/** The figures' names in the files, official first; what a file lacks stays absent. */
const FIGURES = {
  ic_mean: ["ic_mean", "ic", "IC"],
  ic_ir: ["ic_ir", "ICIR"],
  rank_ic_mean: ["rank_ic_mean", "rank_ic", "Rank IC"],
  rank_ic_ir: ["rank_ic_ir", "Rank ICIR"],
  coverage: ["coverage"],
  turnover: ["turnover"],
  annualized_return: ["annualized_return", "annual_return"],
  max_drawdown: ["max_drawdown"],
  sharpe: ["sharpe"],
} as const;

/**
 * Imports what workspaces' factor_perf.json say of single factors, window by window. Figures of a combination of factors are
 * a loop's and not a factor's: they stay with the loop.
 */
export async function importPerformances(
  context: ImportContext,
  read: KindRead,
  counts: ImportCounts,
): Promise<void> {
  for await (const texts of read.pages) {
    const owners = texts.map(ownerOf);
    if (!context.isDryRun) {
      await context.db.transaction().execute(async (db) => {
        await context.beat(db);
        for (const owner of owners) if (owner) await replaceMetrics(db, owner);
      });
    }
    for (const owner of owners) counts.add("performances", owner ? "changed" : "refused");
    context.onPage("performances", texts.length);
  }
}

interface Owner {
  readonly taskRunId: string;
  readonly loopId: number;
  readonly workspaceId: string;
  readonly metrics: readonly Metric[];
}

function ownerOf(text: string): Owner | undefined {
  let value: unknown;
  try {
    value = parseRecord(text);
  } catch {
    return undefined; // the file is no JSON
  }
  if (!isRecord(value) || !isRecord(value.performance)) return undefined;
  const [taskRunId, workspaceId] = [textOf(value, "task_run_id"), textOf(value, "workspace_id")];
  if (taskRunId === undefined || workspaceId === undefined) return undefined;
  const owner = { taskRunId, loopId: numberOf(value, "loop_id") ?? -1, workspaceId };
  return { ...owner, metrics: metricsOf(owner, value.performance) };
}

function metricsOf(owner: Omit<Owner, "metrics">, performance: CatalogueRecord): Metric[] {
  const factors = performance.factors;
  const rows = new Map<string, Metric>();
  for (const factor of Array.isArray(factors) ? factors.filter(isRecord) : []) {
    const name = textOf(factor, "name") ?? textOf(factor, "factor_name");
    if (name === undefined) continue;
    const windows = Array.isArray(factor.windows) ? factor.windows.filter(isRecord) : [];
    const { windows: _, ...whole } = factor;
    if (
      Object.values(FIGURES)
        .flat()
        .some((field) => numberOf(whole, field) !== undefined)
    ) {
      rows.set(JSON.stringify([name, ""]), metricRow(owner, name, "", whole));
    }
    for (const window of windows) {
      const windowName = textOf(window, "name") ?? "";
      rows.set(JSON.stringify([name, windowName]), metricRow(owner, name, windowName, window));
    }
  }
  return [...rows.values()];
}

function metricRow(
  owner: Omit<Owner, "metrics">,
  name: string,
  windowName: string,
  figures: CatalogueRecord,
): Metric {
  const inner = isRecord(figures.metrics) ? figures.metrics : {};
  const figure = (names: readonly string[]): number | null => {
    for (const field of names) {
      const value = numberOf(figures, field) ?? numberOf(inner, field);
      if (value !== undefined) return value;
    }
    return null;
  };
  return {
    factor_name: name,
    origin: "loop",
    task_run_id: owner.taskRunId,
    loop_id: owner.loopId,
    workspace_id: owner.workspaceId,
    window_name: windowName,
    ic_mean: figure(FIGURES.ic_mean),
    ic_ir: figure(FIGURES.ic_ir),
    rank_ic_mean: figure(FIGURES.rank_ic_mean),
    rank_ic_ir: figure(FIGURES.rank_ic_ir),
    coverage: figure(FIGURES.coverage),
    turnover: figure(FIGURES.turnover),
    annualized_return: figure(FIGURES.annualized_return),
    max_drawdown: figure(FIGURES.max_drawdown),
    sharpe: figure(FIGURES.sharpe),
    metrics: JSON.stringify(figures),
    changed_at_utc: utcNow(),
  };
}

async function replaceMetrics(db: Transaction<StoreTables>, owner: Owner): Promise<void> {
  await db
    .deleteFrom("factor_metrics")
    .where("origin", "=", "loop")
    .where("task_run_id", "=", owner.taskRunId)
    .where("loop_id", "=", owner.loopId)
    .where("workspace_id", "=", owner.workspaceId)
    .execute();
  if (owner.metrics.length > 0)
    await db
      .insertInto("factor_metrics")
      .values([...owner.metrics])
      .execute();
}
