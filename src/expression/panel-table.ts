import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import { type ExpressionPlan, parseExpressions, planExpressions } from "./expression-plan.js";
import type { PanelKeys } from "./layout.js";
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

/** An index as the engine takes it. */
export function keysOf({ sessionCount, instruments, offsets, codes }: PanelIndex): PanelKeys {
  const first = offsets[0]!;
  return {
    sessionCount,
    instrumentCount: instruments.length,
    offsets: first === 0 ? offsets : offsets.map((row) => row - first),
    codes,
  };
}

/**
 * Some instruments of a panel, all rows of each, as the engine takes them: in the sessions of the whole panel, which
 * windows count, though none of these has a row in some.
 */
export function keysOfMembers(members: PanelIndex, whole: PanelIndex): PanelKeys {
  const offsets = new Uint32Array(whole.sessionCount + 1);
  for (let s = 0, own = 0; s < whole.sessionCount; s++) {
    if (members.datetimes[own] === whole.datetimes[s]) own++;
    offsets[s + 1] = members.startOf(own);
  }
  return { ...keysOf(members), sessionCount: whole.sessionCount, offsets };
}
