import type { ColumnType } from "../columns/table.js";
import type { KeyNames } from "../names/key-columns.js";
import { formatNs } from "../time.js";
import type { Panel } from "./panel.js";
import { type Survivorship, survivorship } from "./survivorship.js";

/** What `describePanel` tells of a column. */
export interface ColumnDescription {
  readonly name: string;
  readonly type: ColumnType;
  /** The group of a two-part name, such as `feature`. */
  readonly group?: string;
  /** Cells that are NaN, null or masked; absent where the column cannot be read. */
  readonly missing?: number;
  /** `missing` divided by the number of rows; 0 for an empty panel; absent likewise. */
  readonly missingShare?: number;
  /** Why the column cannot be read, where it holds what a panel cannot. */
  readonly unreadable?: string;
}

/** A panel in figures, as plain data. */
export interface PanelDescription extends Survivorship {
  readonly source?: string;
  readonly rows: number;
  readonly sessions: number;
  /** First and last session, `2019-01-02` or with a time of day; absent for an empty panel. */
  readonly first?: string;
  readonly last?: string;
  readonly timezone?: string;
  /** What the keys are called in the file, where that is something else than datetime and instrument. */
  readonly keys?: KeyNames;
  /** Rows divided by sessions × instruments. */
  readonly coverage: number;
  readonly columns: readonly ColumnDescription[];
}

/** What a panel holds: size, span, missing cells by column, and the instruments that end early. Reads all columns. */
export function describePanel(panel: Panel): PanelDescription {
  const { index } = panel;
  panel.load();
  const n = index.sessionCount;
  const { instruments, ended, endedShare } = survivorship(panel);
  const cells = n * instruments;
  return {
    ...(panel.info.source !== undefined && { source: panel.info.source }),
    rows: panel.rowCount,
    sessions: n,
    instruments,
    ...(n > 0 && { first: formatNs(index.datetimes[0]!), last: formatNs(index.datetimes[n - 1]!) }),
    ...(index.timezone !== undefined && { timezone: index.timezone }),
    ...(panel.info.keys !== undefined && { keys: panel.info.keys }),
    coverage: cells === 0 ? 0 : panel.rowCount / cells,
    ended,
    endedShare,
    columns: panel.columnNames.map((name) => describeColumn(panel, name)),
  };
}

function describeColumn(panel: Panel, name: string): ColumnDescription {
  const column = panel.column(name);
  const group = panel.info.groups?.get(name);
  const known = { name, type: column.type, ...(group !== undefined && { group }) };
  if (column.refusal !== undefined) return { ...known, unreadable: column.refusal };
  const missing = column.countMissing();
  return { ...known, missing, missingShare: column.length === 0 ? 0 : missing / column.length };
}
