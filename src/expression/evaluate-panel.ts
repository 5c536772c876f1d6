import { Column } from "../panel/column.js";
import { Panel } from "../panel/panel.js";
import { type EvaluateOptions, evaluateExpressions } from "./evaluate.js";
import { tableOfPanel } from "./panel-table.js";

export interface PanelEvaluateOptions extends Omit<EvaluateOptions, "sessions" | "onProgress"> {
  readonly onProgress?: ((progress: { rows: number; totalRows: number }) => void) | undefined;
}

/**
 * Factor expressions on a panel, with qlib's operators and numbers: a Panel with the same key and one float32
 * column a name. What looks ahead without being named in `labels` is told in the panel's `notes`.
 * @throws DataServiceError bad-expression, with a caret under the place
 */
export function evaluatePanel(
  panel: Panel,
  expressions: Readonly<Record<string, string>>,
  { onProgress, ...options }: PanelEvaluateOptions = {},
): Panel {
  const totalRows = panel.rowCount;
  const { columns, notes } = evaluateExpressions(tableOfPanel(panel), expressions, {
    ...options,
    ...(onProgress && {
      onProgress: (done, total) => onProgress({ rows: Math.round((totalRows * done) / total), totalRows }),
    }),
  });
  const computed = new Map(
    Object.entries(columns).map(([name, cells]) => [name, Column.of("float32", cells)]),
  );
  return new Panel(panel.index, computed, { source: panel.info.source, notes });
}
