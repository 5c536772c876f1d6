// The public names, in the order of the data's way.

export { DataServiceError, type ErrorCode, type ErrorDetails } from "./errors.js";
export type { MemberSpan } from "./formats/qlib-bin-lists.js";
export type { ColumnType, ColumnValues, Progress } from "./formats/table.js";
export type { DurationInput, TimeInput } from "./time.js";

// A file, arrays or an Arrow table become a Panel.

export { type CacheEntry, clearCache, listCache } from "./cache/cache-folder.js";
export { type ConvertOptions, convertFile } from "./panel/convert.js";
export { type OpenOptions, openPanel } from "./panel/open-panel.js";
export { type FromArrowOptions, panelFromArrow } from "./panel/panel-from-arrow.js";
export { type ColumnsInput, panelFromColumns } from "./panel/panel-from-columns.js";
export { type WriteQlibOptions, writeQlibBin } from "./panel/write-qlib.js";

// A Panel, its windows and its figures.

export { appendSessions } from "./panel/append-sessions.js";
export { type Cell, Column } from "./panel/column.js";
export { describePanel, type PanelDescription } from "./panel/describe.js";
export { getHistoryWindow } from "./panel/history-window.js";
export { type Survivorship, survivorship } from "./panel/instrument-spans.js";
export type { Matrix } from "./panel/matrix.js";
export { Panel, type PanelInfo, type PanelRow, type PanelWindowRequest, type RowKey } from "./panel/panel.js";
export type { PanelIndex } from "./panel/panel-index.js";

// Panels as one, with an account.

export { type AsofOptions, asofJoin } from "./join/asof-join.js";
export { type JoinOptions, type JoinResult, joinPanels } from "./join/join-panels.js";
export { type JoinLedger, type LedgerJson, ledgerOf, type PanelAccount } from "./join/ledger.js";
export type { InstrumentMatch, MatchAudit, MatchCounts, SessionMatch } from "./join/match-audit.js";
export type { Reason, ReasonCounts } from "./join/match-reasons.js";

// Factors.

export type { PanelEvaluateOptions, ThreadedEvaluateOptions } from "./expression/evaluate-panel.js";
export { type Explanation, type ExpressionTree, explainExpression, printTree } from "./expression/explain.js";
export { type Alpha158Options, alpha158 } from "./factors/alpha158.js";
export { alpha360 } from "./factors/alpha360.js";
export { readFactors } from "./factors/catalogue.js";
export type { FactorChoice, FactorSet } from "./factors/factor-set.js";

// A folder of panels as one table, and SQL.

export type { Adjust } from "./snapshot/adjust.js";
export type { RequestAccount, RequestExplanation } from "./snapshot/explain.js";
export type { FieldPattern, FieldsOptions, SnapshotField } from "./snapshot/fields.js";
export type { SkippedFile } from "./snapshot/folder.js";
export type { HistoryRequest } from "./snapshot/history-plan.js";
export { openSnapshot, type SnapshotOptions } from "./snapshot/open-snapshot.js";
export type {
  RealtimeRequest,
  Snapshot,
  SnapshotAddOptions,
  SnapshotPanel,
  SnapshotUniverse,
} from "./snapshot/snapshot.js";
export type { InstrumentList } from "./snapshot/universe.js";
export type { SqlOptions, SqlValue } from "./sql/run-sql.js";
export type { SqlResult } from "./sql/sql-result.js";

// Other libraries' tables.

export { type ArqueroModule, type ArqueroTable, fromArquero, toArquero } from "./interop/arquero.js";
export { type DanfoFrame, type DanfoModule, fromDanfo, toDanfo } from "./interop/danfo.js";
export { fromPolars, type PolarsFrame, type PolarsModule, toPolars } from "./interop/polars.js";
