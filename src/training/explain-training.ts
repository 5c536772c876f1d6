import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import type { TrainingPlan } from "./make-training-set.js";
import { isFitted } from "./processors/kinds.js";

/** What a training set will take, before a cell is read. */
export interface TrainingExplanation {
  readonly rows: number;
  readonly sessions: number;
  readonly instruments: number;
  /** Columns by group. */
  readonly columns: Readonly<Record<string, number>>;
  /** Bytes of the matrices alone, and of everything at the peak. */
  readonly matrixBytes: number;
  readonly peakBytes: number;
  /** Seconds it is likely to take on one core, roughly: loading, computing and processing. */
  readonly seconds: number;
}

/** Nanoseconds a cell, measured on one core of the machine of the benchmarks. */
const LOAD_NS = 18;
const FIT_NS = 8;
const APPLY_NS = 4;
/** Rows read at a time, and columns gathered for a fit. */
const SLAB_ROWS = 1 << 14;

export function explainPlan(plan: TrainingPlan): TrainingExplanation {
  const { index, groups } = plan.columns;
  const cellBytes = plan.type === "float64" ? 8 : 4;
  const columns = Object.fromEntries([...groups].map(([group, own]) => [group, own.size]));
  const width = Object.values(columns).reduce((sum, own) => sum + own, 0);
  const cells = index.rowCount * width;
  const matrixBytes = cells * cellBytes;
  const inMemory = [...groups.values()].flatMap((own) => [...own.values()]);
  const held = inMemory.filter((column) => column.loaded && isNumeric(column.type)).length;
  const slab = Math.min(SLAB_ROWS, index.rowCount) * width * 8;
  const keys = index.rowCount * 16;
  const peakBytes = matrixBytes * (plan.keepRaw ? 2 : 1) + held * index.rowCount * cellBytes + slab + keys;
  const steps = [plan.processors.shared, plan.processors.infer, plan.processors.learn].flatMap(
    (list) => list ?? [],
  );
  const fits = steps.filter((step) => isFitted(step)).length;
  const seconds = (cells * (LOAD_NS + fits * FIT_NS + steps.length * APPLY_NS)) / 1e9;
  return {
    rows: index.rowCount,
    sessions: index.sessionCount,
    instruments: index.usedInstruments().length,
    columns,
    matrixBytes,
    peakBytes,
    seconds,
  };
}

/** @throws DataServiceError over-budget, with what takes how much */
export function checkTrainingBudget(plan: TrainingPlan, budget: number | undefined): void {
  if (budget === undefined) return;
  const { rows, columns, peakBytes, matrixBytes } = explainPlan(plan);
  if (peakBytes <= budget) return;
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const groups = Object.entries(columns).map(([group, count]) => `${count} of "${group}"`);
  throw new DataServiceError(
    "over-budget",
    `the training set needs about ${mib(peakBytes)}, more than memoryBudget, ${mib(budget)}: ${rows} rows × ${groups.join(" and ")} columns are ${mib(matrixBytes)}; ask for fewer columns, instruments or sessions`,
    { count: peakBytes },
  );
}
