import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import { type ExpressionPlan, planExpressions } from "./expression-plan.js";
import { parseExpressions } from "./named-expressions.js";
import { keysOf, keysOfMembers } from "./panel-keys.js";
import {
  type ExpressionTable,
  type KnownNames,
  namesOf,
  type TableOptions,
  tableOfColumns,
} from "./table.js";

/**
 * The plan of expressions on a panel: `$close` is the column `$close` or `close`. No cell is read for it.
 * @throws DataServiceError bad-expression, bad-request, column-conflict
 */
export function planOfPanel(panel: Panel, texts: Readonly<Record<string, string>>): ExpressionPlan {
  return planExpressions(parseExpressions(texts), namesOfPanel(panel));
}

/** What expressions on a panel may name; nothing is read for it. */
export function namesOfPanel(panel: Panel): KnownNames {
  const types = panel.columnNames.map((name) => [name, panel.column(name).type] as const);
  return namesOf(types, panel.index.instruments);
}

/** A panel as the engine takes it. */
export function tableOfPanel(panel: Panel, options: TableOptions = {}): ExpressionTable {
  const columns = new Map(panel.columnNames.map((name) => [name, panel.column(name)]));
  return tableOfColumns(keysOf(panel.index), panel.index.instruments, columns, options);
}

/** The members of a universe, all rows of each, in the sessions of the whole panel. */
export function tableOfMembers(members: Panel, whole: PanelIndex, options: TableOptions): ExpressionTable {
  return { ...tableOfPanel(members, options), ...keysOfMembers(members.index, whole) };
}
