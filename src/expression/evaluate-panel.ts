import { alignRows } from "../align/align.js";
import { Column } from "../columns/column.js";
import type { Progress } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { ON_UNKNOWN, sessionRange } from "../keys/find/window-plan.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { fieldsAhead, type PanelNote } from "../panel/notes.js";
import { onlyPanel } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import type { TimeInput } from "../time.js";
import type { Universe } from "../universe/universe.js";
import { aheadNotes } from "./ahead.js";
import { extendEvaluation, touchedSessions } from "./append.js";
import { type EvaluateOptions, type Evaluation, type ExpressionOptions, evaluatePlan } from "./evaluate.js";
import type { ExpressionPlan } from "./expression-plan.js";
import type { SessionRange, Windows } from "./layout.js";
import { planOfPanel, tableOfMembers, tableOfPanel } from "./panel-table.js";
import type { Compat } from "./runner.js";
import { SessionPatches } from "./session-patches.js";
import type { ExpressionTable } from "./table.js";
import { evaluateInThreads } from "./threads.js";

type Expressions = Readonly<Record<string, string>>;

export interface PanelRangeOptions extends ExpressionOptions {
  /** Only rows from here on, inclusive; earlier rows serve as warm-up. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date includes its whole day. */
  readonly end?: TimeInput | undefined;
  /**
   * Only these instruments, codes in either spelling or a `Universe`. Their values are those they have in the whole panel: windows
   * count its sessions, and cross-sections compare all its instruments.
   */
  readonly universe?: string | Iterable<string> | undefined;
  /** As in `panel.window`: an unknown instrument is an error (default), or is left out. */
  readonly onUnknown?: "error" | "skip" | undefined;
  /** Called with how far it is, now and then. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface PanelEvaluateOptions extends PanelRangeOptions {
  /**
   * The result of the same expressions, with the same options, on the panel that this one grew from (`appendSessions`).
   * Only the new sessions, and the earlier ones that look ahead into them, are computed; the result is bit for bit what
   * computing everything would give. Cannot be combined with `start`, `end` or `universe`.
   */
  readonly previous?: Panel | undefined;
}

export interface ThreadedEvaluateOptions extends PanelRangeOptions {
  /**
   * How many threads, including this one, up to 256: by default 2, or 1 on a machine with one core or if the work is too
   * small to be worth a second.
   */
  readonly threads?: number | undefined;
}

const RANGE_KEYS: RequestKeys<PanelRangeOptions> = {
  windows: true,
  compat: true,
  labels: true,
  start: true,
  end: true,
  universe: true,
  onUnknown: true,
  onProgress: true,
};
const EVALUATE_KEYS: RequestKeys<PanelEvaluateOptions> = { ...RANGE_KEYS, previous: true };
const THREADED_KEYS: RequestKeys<ThreadedEvaluateOptions> = { ...RANGE_KEYS, threads: true };
const WINDOWS: readonly Windows[] = ["calendar", "rows"];
const COMPATS: readonly Compat[] = ["qlib", "strict"];

/**
 * Factor expressions on a panel, with qlib's operators and numbers: a Panel with the same key and one float32
 * column a name. What looks ahead without being named in `labels`, by itself or through a column that the panel's own
 * notes say does, is told in the `notes` of the result.
 * @throws DataServiceError bad-expression, with a caret under the place; bad-request where `previous` does not fit
 */
export function evaluatePanel(
  panel: Panel,
  expressions: Expressions,
  options: PanelEvaluateOptions = {},
): Panel {
  checkKeys(options, EVALUATE_KEYS, "evaluate");
  const { previous, ...range } = options;
  checkChoices(range, "evaluate");
  const plan = planOfPanel(panel, expressions);
  if (previous !== undefined) return extendFactors(panel, plan, previous, range);
  const scope = scopeOf(panel, plan, range);
  return scope.panelOf(evaluatePlan(scope.table, plan, engineOptions(scope, range)));
}

/** `evaluatePanel` on several threads; the columns of the result lie in shared memory. */
export async function evaluatePanelInThreads(
  panel: Panel,
  expressions: Expressions,
  options: ThreadedEvaluateOptions = {},
): Promise<Panel> {
  checkKeys(options, THREADED_KEYS, "evaluateInThreads");
  const { threads, ...range } = options;
  checkChoices(range, "evaluateInThreads");
  const plan = planOfPanel(panel, expressions);
  const scope = scopeOf(panel, plan, range);
  const result = await evaluateInThreads(scope.table, plan, {
    ...engineOptions(scope, range),
    ...(threads !== undefined && { threads }),
  });
  return scope.panelOf(result);
}

/**
 * `evaluatePanel` for what is too large for memory: the columns are computed when they are read, some sessions at
 * a time, and only the last patch is kept. Meant for writing to a file, which reads row by row.
 */
export function evaluatePanelInPatches(
  panel: Panel,
  expressions: Expressions,
  { onProgress: _, ...range }: PanelRangeOptions = {},
): Panel {
  const plan = planOfPanel(panel, expressions);
  const scope = scopeOf(panel, plan, range, { whole: true });
  const { sessions, ...options } = engineOptions(scope, range);
  const patches = new SessionPatches(scope.table, plan, options, sessions);
  return scope.panelWith(new Map(patches.columns().map(([name, source]) => [name, Column.from(source)])));
}

function checkChoices(
  { windows = "calendar", compat = "qlib", onUnknown = "error" }: PanelRangeOptions,
  call: string,
): void {
  checkChoice(windows, WINDOWS, `${call}: windows`);
  checkChoice(compat, COMPATS, `${call}: compat`);
  checkChoice(onUnknown, ON_UNKNOWN, `${call}: onUnknown`);
}

/** The factors of a grown panel, from those of the panel it grew from. */
function extendFactors(
  grown: Panel,
  plan: ExpressionPlan,
  previous: Panel,
  options: PanelRangeOptions,
): Panel {
  if ([options.start, options.end, options.universe].some((part) => part !== undefined)) {
    const problem =
      "previous factors are extended over the whole panel: leave start, end and universe out, take a window after";
    throw new DataServiceError("bad-request", problem, {});
  }
  onlyPanel(previous, "evaluate: previous");
  const known = previous.index.sessionCount;
  const earlier = grown.index.slice(0, Math.min(known, grown.index.sessionCount));
  const { run, matched } = alignRows(earlier, previous.index);
  if (earlier.rowCount !== previous.rowCount || matched !== previous.rowCount || (run ?? 0) !== 0) {
    const problem = `the previous factors have ${previous.rowCount} rows (${previous.index.spanText()}), which are not the first rows of ${grown.label} (${grown.index.spanText()}); pass the factors of the panel it grew from, or none`;
    throw new DataServiceError("bad-request", problem, { count: previous.rowCount });
  }
  const cells = Object.fromEntries(
    plan.names
      .filter((name) => previous.hasField(name) && previous.column(name).type === "float32")
      .map((name) => [name, previous.column(name).values as Float32Array]),
  );
  const table = tableOfPanel(grown);
  const notes = notesOf(grown, plan, options.labels);
  const touched = touchedSessions(table, plan, known, options);
  const { sessions: _, ...rest } = engineOptions({ table, sessions: touched }, options);
  const { columns } = extendEvaluation(table, plan, cells, known, rest);
  return grown.with({ columns: columnsOf(columns), info: { source: grown.info.source, notes } });
}

/** What is computed: a table, the sessions of it that are wanted, and the panel that the results make. */
interface Scope {
  readonly table: ExpressionTable;
  readonly sessions: SessionRange;
  panelWith(columns: ReadonlyMap<string, Column>): Panel;
  panelOf(evaluation: Evaluation): Panel;
}

/**
 * A universe is taken before computing, so that only its rows are read and computed, where no instrument's value
 * depends on another's; else after.
 */
function scopeOf(
  panel: Panel,
  plan: ExpressionPlan,
  range: PanelRangeOptions,
  reading: { readonly whole?: boolean } = {},
): Scope {
  const { universe, onUnknown } = range;
  const dated = isDated(universe) ? universe : undefined;
  const chosen = dated
    ? panel.window({ universe: [...dated], onUnknown: "skip" }) // all rows of each: windows reach back before it belonged
    : universe === undefined
      ? panel
      : panel.window({ universe, onUnknown });
  const early = chosen !== panel && plan.stages.length === 0;
  const rows = early ? chosen : panel;
  const own = sessionsBetween(rows, range);
  const notes = notesOf(panel, plan, range.labels);
  const panelWith = (columns: ReadonlyMap<string, Column>): Panel => {
    const { source } = panel.info;
    const { unknownInstruments } = chosen.info;
    const info = { source, notes, unknownInstruments };
    const computed = panel.with({ index: rows.index.slice(own.from, own.to), columns, info });
    if (dated) return computed.window({ universe: dated }).with({ info });
    return early || chosen === panel ? computed : computed.window({ universe: chosen.index.instruments });
  };
  return {
    table: early ? tableOfMembers(chosen, panel.index, reading) : tableOfPanel(panel, reading),
    sessions: sessionsBetween(panel, range),
    panelWith,
    panelOf: ({ columns }) => panelWith(columnsOf(columns)),
  };
}

/** What looks ahead, by itself or through a column of the panel of which its own notes say so. */
function notesOf(panel: Panel, plan: ExpressionPlan, labels?: readonly string[]): PanelNote[] {
  const ahead = fieldsAhead(panel.info.notes);
  const columnAhead = (field: string): string | undefined => {
    if (ahead.size === 0) return undefined;
    const own = panel.fieldName(field);
    return ahead.has(own) ? own : undefined;
  };
  return aheadNotes(plan, columnAhead, labels);
}

/** Whether it is a `Universe` of a list with dated spans. */
function isDated(universe: PanelRangeOptions["universe"]): universe is Universe {
  return typeof universe === "object" && (universe as Partial<Universe>).spans !== undefined;
}

function columnsOf(computed: Evaluation["columns"]): Map<string, Column> {
  return new Map(Object.entries(computed).map(([name, cells]) => [name, Column.of("float32", cells)]));
}

function engineOptions(
  { table: { offsets }, sessions }: Pick<Scope, "table" | "sessions">,
  { windows, compat, onProgress }: PanelRangeOptions,
): EvaluateOptions & { readonly sessions: SessionRange } {
  const options = { windows, compat, sessions };
  if (!onProgress) return options;
  const totalRows = offsets[sessions.to]! - offsets[sessions.from]!;
  const tell = (done: number, total: number) =>
    onProgress({ rows: Math.round((totalRows * done) / total), totalRows });
  return { ...options, onProgress: tell };
}

function sessionsBetween({ index }: Panel, range: PanelRangeOptions): SessionRange {
  const [from, to] = sessionRange(index, range);
  return { from, to };
}
