import { DataServiceError } from "../errors.js";
import { crossSections } from "./cross-section.js";
import { runInDouble, sessionsInDouble } from "./doubles.js";
import type { BarrierStage, ExpressionPlan } from "./expression-plan.js";
import { type Extent, type PanelKeys, reached, type SessionRange, spansOf, type Windows } from "./layout.js";
import type { Pass, PassColumn } from "./pass.js";
import { runPatches } from "./patches.js";
import type { PlanNode } from "./plan.js";
import type { Program } from "./program.js";
import type { Compat } from "./runner.js";
import type { ExpressionTable } from "./table.js";

/** Options that the values of expressions depend on. */
export interface ExpressionOptions {
  /** What a window's positions are; qlib's "calendar" when omitted. */
  readonly windows?: Windows | undefined;
  /** "qlib" when omitted: its numbers and its faults, all but one. @see Compat */
  readonly compat?: Compat | undefined;
  /** Expressions that may look ahead; any others that do are reported in the result's `notes`. */
  readonly labels?: readonly string[] | undefined;
}

export interface EvaluateOptions extends Pick<ExpressionOptions, "windows" | "compat"> {
  /** Only the rows of these sessions are computed, from as many sessions before as they need. Half-open. */
  readonly sessions?: SessionRange | undefined;
  /** Told after each patch of instruments how many of how many are done in the last pass. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Computed columns over the panel rows [firstRow, lastRow). */
export interface Evaluation {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly columns: Readonly<Record<string, Float32Array>>;
}

/**
 * Computes a plan for every row of a table, or of some of its sessions.
 * @returns float32 columns in panel row order
 * @throws DataServiceError bad-request
 */
export function evaluatePlan(
  table: ExpressionTable,
  plan: ExpressionPlan,
  options: EvaluateOptions = {},
): Evaluation {
  const { pass, firstRow, lastRow } = lastPass(table, plan, options);
  const outputs = plan.names.map(() => new Float32Array(lastRow - firstRow));
  runPatches({ pass, outputs, firstRow, counter: new Int32Array(1) }, options.onProgress);
  return { firstRow, lastRow, columns: named(plan.names, outputs) };
}

/** Computes the barriers of a plan; what is left is one pass over the instruments, for the panel rows [firstRow, lastRow). */
export function lastPass(
  table: ExpressionTable,
  plan: ExpressionPlan,
  options: EvaluateOptions,
): { readonly pass: Pass; readonly firstRow: number; readonly lastRow: number } {
  const extent = extentOf(table, plan, options);
  const spans = spansOf(table);
  const computed = new Map<PlanNode, PassColumn>();
  const pass = (programs: readonly Program[], wider: Extent = extent): Pass => ({
    keys: table,
    spans,
    extent: wider,
    programs,
    compat: options.compat ?? "qlib",
    columns: (programs[0]?.columns ?? []).map(
      (node) => computed.get(node) ?? fieldColumn(table, node, wider),
    ),
  });
  for (const stage of plan.stages) computeStage(table, stage, widened(extent), pass, computed);
  const [firstRow, lastRow] = wantedRows(table, extent.sessions);
  return { pass: pass(plan.programs), firstRow, lastRow };
}

/** The panel rows [first, last) of some sessions. */
function wantedRows(table: ExpressionTable, { from, to }: SessionRange): [first: number, last: number] {
  return [table.offsets[from]!, table.offsets[to]!];
}

/** @throws DataServiceError bad-request */
export function extentOf(
  table: Pick<PanelKeys, "sessionCount">,
  plan: ExpressionPlan,
  options: Pick<EvaluateOptions, "sessions" | "windows">,
): Extent {
  const sessions = options.sessions ?? { from: 0, to: table.sessionCount };
  const { from, to } = sessions;
  if (!(from >= 0 && from <= to && to <= table.sessionCount)) {
    const problem = `sessions [${from}, ${to}) are not within the table's ${table.sessionCount} sessions`;
    throw new DataServiceError("bad-request", problem, { count: table.sessionCount });
  }
  const windows = options.windows ?? "calendar";
  const readable = { from: 0, to: table.sessionCount };
  return { windows, sessions, back: plan.marginBack, ahead: plan.marginAhead, readable };
}

/**
 * Results of a barrier are wanted wherever a later window may reach; in row windows that is anywhere. They depend on
 * nothing outside of that, but each task of the pass needs its margins within.
 */
export function widened(extent: Extent): Extent {
  const sessions = reached(extent, extent.sessions);
  return { ...extent, sessions, readable: sessions };
}

function computeStage(
  table: ExpressionTable,
  stage: BarrierStage,
  extent: Extent,
  pass: (programs: readonly Program[], extent: Extent) => Pass,
  computed: Map<PlanNode, PassColumn>,
): void {
  const rowCount = table.offsets[table.sessionCount]!;
  const inputs = new Map(stage.inputs.map((node) => [node, new Float64Array(rowCount)]));
  if (stage.inputs.length > 0) {
    const outputs = stage.inputs.map((node) => inputs.get(node)!);
    runInDouble(pass(stage.programs, extent), outputs);
  }
  for (const node of stage.crossSections) {
    if (node.source.kind !== "step" || node.source.kernel.family !== "cross") continue;
    const cells = new Float64Array(rowCount);
    const [x, ...others] = node.inputs.map((input) => inputs.get(input)!);
    const { kernel, score, window } = node.source;
    crossSections({ name: kernel.part, score, bins: window }, table, extent.sessions, x!, others, cells);
    computed.set(node, { by: "row", cells, firstRow: 0 });
  }
  for (const { node, programs } of stage.elsewhere) {
    const code = node.source.kind === "step" ? table.instruments!.indexOf(node.source.instrument) : -1;
    computed.set(node, { by: "session", cells: sessionsInDouble(pass(programs, extent), code) });
  }
}

function fieldColumn(table: ExpressionTable, node: PlanNode, extent: Extent): PassColumn {
  const [firstRow, lastRow] = wantedRows(table, reached(extent, extent.sessions));
  const name = node.source.kind === "field" ? node.source.name : "";
  return { by: "row", cells: table.column(name, firstRow, lastRow), firstRow };
}

export function named(
  names: readonly string[],
  columns: readonly Float32Array[],
): Record<string, Float32Array> {
  return Object.fromEntries(names.map((name, i) => [name, columns[i]!]));
}
