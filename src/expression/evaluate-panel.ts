import { DataServiceError } from "../errors.js";
import type { Progress } from "../formats/table.js";
import { alignRows } from "../join/align.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { Column } from "../panel/column.js";
import { Panel } from "../panel/panel.js";
import { parseEndNs, parseTimeNs, type TimeInput } from "../time.js";
import { extendEvaluation, touchedSessions } from "./append.js";
import {
  type EvaluateOptions,
  type Evaluation,
  type ExpressionOptions,
  evaluateExpressions,
} from "./evaluate.js";
import { planExpressions } from "./expression-plan.js";
import type { SessionRange, Windows } from "./layout.js";
import { tableOfPanel } from "./panel-table.js";
import type { Compat } from "./runner.js";
import { SessionBlocks } from "./session-blocks.js";
import { namesOf } from "./table.js";
import { evaluateInThreads } from "./threads.js";

type Expressions = Readonly<Record<string, string>>;

export interface PanelRangeOptions extends ExpressionOptions {
  /** Only rows from here on, inclusive; what comes before serves as warm-up. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date takes in its whole day. */
  readonly end?: TimeInput | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface PanelEvaluateOptions extends PanelRangeOptions {
  /**
   * What the same expressions gave, with the same options, on the panel that this one grew from (`appendSessions`).
   * Only the sessions after, and the ones before that look ahead into them, are computed; the result is bit by bit
   * what computing everything would give. Not together with `start` or `end`.
   */
  readonly previous?: Panel | undefined;
}

export interface ThreadedEvaluateOptions extends PanelRangeOptions {
  /** How many threads, this one among them, up to 256: 2 by default, 1 where the work is too small for it to pay. */
  readonly threads?: number | undefined;
}

const RANGE_KEYS: RequestKeys<PanelRangeOptions> = {
  windows: true,
  compat: true,
  labels: true,
  start: true,
  end: true,
  onProgress: true,
};
const EVALUATE_KEYS: RequestKeys<PanelEvaluateOptions> = { ...RANGE_KEYS, previous: true };
const THREADED_KEYS: RequestKeys<ThreadedEvaluateOptions> = { ...RANGE_KEYS, threads: true };
const WINDOWS: readonly Windows[] = ["calendar", "rows"];
const COMPATS: readonly Compat[] = ["qlib", "strict"];

/**
 * Factor expressions on a panel, with qlib's operators and numbers: a Panel with the same key and one float32
 * column a name. What looks ahead without being named in `labels` is told in the panel's `notes`.
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
  if (previous) return extendFactors(panel, expressions, previous, range);
  const sessions = sessionsBetween(panel, range);
  const result = evaluateExpressions(tableOfPanel(panel), expressions, engineOptions(panel, sessions, range));
  return resultPanel(panel, sessions, result);
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
  const sessions = sessionsBetween(panel, range);
  const result = await evaluateInThreads(tableOfPanel(panel), expressions, {
    ...engineOptions(panel, sessions, range),
    ...(threads !== undefined && { threads }),
  });
  return resultPanel(panel, sessions, result);
}

/**
 * `evaluatePanel` for what is too large for memory: the columns are computed when they are read, some sessions at
 * a time, and only the last block is kept. Meant for writing to a file, which reads row by row.
 */
export function evaluatePanelInBlocks(
  panel: Panel,
  expressions: Expressions,
  { onProgress: _, ...options }: PanelRangeOptions = {},
): Panel {
  const { start: _start, end: _end, ...rest } = options;
  const sessions = sessionsBetween(panel, options);
  const blocks = new SessionBlocks(tableOfPanel(panel, { whole: true }), expressions, rest, sessions);
  const columns = new Map(blocks.columns().map(([name, source]) => [name, Column.from(source)]));
  const index = panel.index.slice(sessions.from, sessions.to);
  return new Panel(index, columns, { source: panel.info.source, notes: blocks.notes });
}

function checkChoices({ windows = "calendar", compat = "qlib" }: PanelRangeOptions, call: string): void {
  checkChoice(windows, WINDOWS, `${call}: windows`);
  checkChoice(compat, COMPATS, `${call}: compat`);
}

/** The factors of a grown panel, from those of the panel it grew from. */
function extendFactors(
  grown: Panel,
  expressions: Expressions,
  previous: Panel,
  options: PanelRangeOptions,
): Panel {
  if (options.start !== undefined || options.end !== undefined) {
    const problem =
      "previous factors are extended over the whole panel: leave start and end out, take a window after";
    throw new DataServiceError("bad-request", problem, {});
  }
  const known = previous.index.sessionCount;
  const earlier = grown.index.slice(0, Math.min(known, grown.index.sessionCount));
  const { run, matched } = alignRows(earlier, previous.index);
  if (earlier.rowCount !== previous.rowCount || matched !== previous.rowCount || (run ?? 0) !== 0) {
    const problem = `the previous factors have ${previous.rowCount} rows (${previous.index.spanText()}), which are not the first rows of ${grown.label} (${grown.index.spanText()}); pass the factors of the panel it grew from, or none`;
    throw new DataServiceError("bad-request", problem, { count: previous.rowCount });
  }
  const cells = Object.fromEntries(
    Object.keys(expressions)
      .filter((name) => previous.hasField(name) && previous.column(name).type === "float32")
      .map((name) => [name, previous.column(name).values as Float32Array]),
  );
  const table = tableOfPanel(grown);
  const touched = touchedSessions(table, planExpressions(expressions, namesOf(table)), known, options);
  const { sessions: _, ...rest } = engineOptions(grown, touched, options);
  const result = extendEvaluation(table, expressions, cells, known, rest);
  return resultPanel(grown, { from: 0, to: grown.index.sessionCount }, result);
}

function engineOptions(
  { index }: Panel,
  sessions: SessionRange,
  { start: _start, end: _end, onProgress, ...options }: PanelRangeOptions,
): EvaluateOptions & { readonly sessions: SessionRange } {
  if (!onProgress) return { ...options, sessions };
  const totalRows = index.startOf(sessions.to) - index.startOf(sessions.from);
  const tell = (done: number, total: number) =>
    onProgress({ rows: Math.round((totalRows * done) / total), totalRows });
  return { ...options, sessions, onProgress: tell };
}

function resultPanel(panel: Panel, { from, to }: SessionRange, { columns, notes }: Evaluation): Panel {
  const computed = new Map(
    Object.entries(columns).map(([name, cells]) => [name, Column.of("float32", cells)]),
  );
  return new Panel(panel.index.slice(from, to), computed, { source: panel.info.source, notes });
}

function sessionsBetween({ index }: Panel, { start, end }: PanelRangeOptions): SessionRange {
  const from = start === undefined ? 0 : index.sessionAtOrAfter(parseTimeNs(start, "start"));
  const to = end === undefined ? index.sessionCount : index.sessionAtOrAfter(parseEndNs(end, "end") + 1n);
  return { from, to: Math.max(from, to) };
}
