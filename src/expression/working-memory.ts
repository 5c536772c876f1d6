import { extentOf, widened } from "./evaluate.js";
import type { ExpressionPlan } from "./expression-plan.js";
import { type Extent, type PanelKeys, reached, type SessionRange } from "./layout.js";
import { tileCells } from "./patch-layout.js";
import type { Program } from "./program.js";
import { type Task, tasksOf } from "./tasks.js";

/**
 * Bytes that computing a plan takes at its peak, beside the columns it reads and its results: float64 cells of all
 * rows for what cross-sections read and give, and the kernels' memory for one task. Where rows are missing it is less.
 */
export function workingBytes(keys: PanelKeys, plan: ExpressionPlan, sessions: SessionRange): number {
  const extent = extentOf(keys, plan, { sessions });
  const wide = widened(extent);
  const rows = keys.offsets[keys.sessionCount]!;
  let [kept, most, patch] = [0, 0, patchBytes(keys, extent, plan.programs, "single")];
  for (const { inputs, programs, crossSections, elsewhere } of plan.stages) {
    kept += 8 * (rows * crossSections.length + keys.sessionCount * elsewhere.length);
    most = Math.max(most, kept + 8 * rows * inputs.length);
    patch = Math.max(patch, patchBytes(keys, wide, programs, "double"));
  }
  return most + patch;
}

/** Of the largest task of a pass. @param results float32 tiles (`patches.ts`), or float64 series (`doubles.ts`) */
function patchBytes(
  keys: PanelKeys,
  extent: Extent,
  programs: readonly Program[],
  results: "single" | "double",
): number {
  const columns = programs[0]?.columns ?? [];
  const roots = programs.map((program) => program.roots.length);
  const allRoots = roots.reduce((sum, count) => sum + count, 0);
  const tasks = tasksOf({ keys, extent, programs, columns }, results === "double" ? 8 * allRoots : undefined);
  const bytesOf = ({ count, sessions }: Task): number => {
    const read = reached(extent, sessions);
    const n = read.to - read.from;
    const lanes = 2 * Math.ceil(count / 2);
    const rows = rowsAtMost(keys, read, count);
    const wanted = rowsAtMost(keys, sessions, count);
    const placed = 8 * rows + 4 * wanted + 4 * n + 8 * count; // the cells and codes of rows, their places, runs and lanes
    const series = 8 * rows + columns.length * 8 * lanes * n; // one column's rows, then each column
    const tiles = Math.max(0, ...roots) * 4 * tileCells(lanes, sessions.to - sessions.from) + 4 * wanted;
    const given = results === "single" ? tiles : allRoots * 8 * lanes * n;
    return placed + series + given + Math.max(0, ...programs.map((program) => stepBytes(program, n)));
  };
  return tasks.reduce((most, task) => Math.max(most, bytesOf(task)), 0);
}

/** What a program keeps of one pair of series (`Runner`): its constants, buffers and a spare, and a window's records. */
function stepBytes({ constants, bufferCount, steps }: Program, n: number): number {
  const window = Math.max(1, ...steps.map((step) => step.window));
  return 16 * n * (constants.length + bufferCount + 1) + 96 * Math.min(window, n);
}

function rowsAtMost({ offsets }: PanelKeys, { from, to }: SessionRange, instruments: number): number {
  return Math.min(offsets[to]! - offsets[from]!, (to - from) * instruments);
}
