import type { Progress } from "../formats/table.js";
import { Column } from "../panel/column.js";
import { Panel } from "../panel/panel.js";
import { parseEndNs, parseTimeNs, type TimeInput } from "../time.js";
import { type EvaluateOptions, evaluateExpressions } from "./evaluate.js";
import type { SessionRange } from "./layout.js";
import { tableOfPanel } from "./panel-table.js";
import { SessionBlocks } from "./session-blocks.js";

export interface PanelEvaluateOptions extends Omit<EvaluateOptions, "sessions" | "onProgress"> {
  /** Only rows from here on, inclusive; what comes before serves as warm-up. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date takes in its whole day. */
  readonly end?: TimeInput | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Factor expressions on a panel, with qlib's operators and numbers: a Panel with the same key and one float32
 * column a name. What looks ahead without being named in `labels` is told in the panel's `notes`.
 * @throws DataServiceError bad-expression, with a caret under the place
 */
export function evaluatePanel(
  panel: Panel,
  expressions: Readonly<Record<string, string>>,
  { start, end, onProgress, ...options }: PanelEvaluateOptions = {},
): Panel {
  const sessions = sessionsBetween(panel, start, end);
  const totalRows = panel.index.startOf(sessions.to) - panel.index.startOf(sessions.from);
  const { columns, notes } = evaluateExpressions(tableOfPanel(panel), expressions, {
    ...options,
    sessions,
    ...(onProgress && {
      onProgress: (done, total) => onProgress({ rows: Math.round((totalRows * done) / total), totalRows }),
    }),
  });
  const computed = new Map(
    Object.entries(columns).map(([name, cells]) => [name, Column.of("float32", cells)]),
  );
  const index = panel.index.slice(sessions.from, sessions.to);
  return new Panel(index, computed, { source: panel.info.source, notes });
}

/**
 * `evaluatePanel` for what is too large for memory: the columns are computed when they are read, some sessions at
 * a time, and only the last block is kept. Meant for writing to a file, which reads row by row.
 */
export function evaluatePanelInBlocks(
  panel: Panel,
  expressions: Readonly<Record<string, string>>,
  { start, end, onProgress: _, ...options }: PanelEvaluateOptions = {},
): Panel {
  const sessions = sessionsBetween(panel, start, end);
  const blocks = new SessionBlocks(tableOfPanel(panel), expressions, options, sessions);
  const columns = new Map(blocks.columns().map(([name, source]) => [name, Column.from(source)]));
  const index = panel.index.slice(sessions.from, sessions.to);
  return new Panel(index, columns, { source: panel.info.source, notes: blocks.notes });
}

function sessionsBetween({ index }: Panel, start?: TimeInput, end?: TimeInput): SessionRange {
  const from = start === undefined ? 0 : index.sessionAtOrAfter(parseTimeNs(start, "start"));
  const to = end === undefined ? index.sessionCount : index.sessionAtOrAfter(parseEndNs(end, "end") + 1n);
  return { from, to: Math.max(from, to) };
}
