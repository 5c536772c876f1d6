// The public names, in the order of the data's way.

export type {
  ColumnData,
  ColumnSource,
  ColumnType,
  ColumnValues,
  NumericArray,
  Progress,
  ValuesByType,
} from "./columns/table.js";
export {
  type Advice,
  type AdviceCode,
  DataServiceError,
  type ErrorCode,
  type ErrorDetails,
} from "./errors.js";
export type { MemberSpan } from "./formats/qlib/lists.js";
export { type DurationInput, formatNs as formatTime, type TimeInput } from "./time.js";

// A file, arrays or an Arrow table become a Panel.

export { type CacheEntry, clearCache, listCache } from "./cache/cache-folder.js";
export type { CacheOption } from "./cache/cache-use.js";
export type { ColumnInput } from "./columns/infer-column.js";
export type { ArrowIpcForm } from "./formats/arrow/ipc-write.js";
export { readNpy } from "./formats/npy/read.js";
export type { PlainData } from "./formats/pickle/plain-data.js";
export { openSafetensors, type SafetensorsFile } from "./formats/safetensors/read.js";
export type { Tensor, TensorType } from "./formats/tensor.js";
export type { WriteOptions } from "./formats/write.js";
export {
  CODE_CONVENTIONS,
  type CodeConvention,
  type Exchange,
  exchangeOfStock,
} from "./names/code-conventions.js";
export type { KeyNames } from "./names/key-columns.js";
export type { BareCodes, CodesOption } from "./open/code-options.js";
export { type ConvertOptions, convertFile } from "./open/convert.js";
export { type OpenOptions, openPanel } from "./open/open-panel.js";
export { openPickle, type Pickled } from "./open/open-pickle.js";
export { type FromArrowOptions, panelFromArrow } from "./open/panel-from-arrow.js";
export { type ColumnsInput, panelFromColumns } from "./open/panel-from-columns.js";
export { panelFromTransfer } from "./open/panel-from-transfer.js";
export { type WriteQlibOptions, writeQlibBin } from "./open/write-qlib.js";

// A Panel, its windows and its figures.

export { type Cell, Column } from "./columns/column.js";
export type { Duplicates } from "./keys/build/build-index.js";
export type { SessionsBefore } from "./keys/calendar.js";
export type { RowsRequest, WindowRequest } from "./keys/find/window-plan.js";
export type { PanelIndex } from "./keys/panel-index.js";
export type { DenseMatrix, DenseOptions } from "./panel/dense.js";
export { type ColumnDescription, describePanel, type PanelDescription } from "./panel/describe.js";
export { getHistoryWindow } from "./panel/history-window.js";
export type { LoadOptions } from "./panel/load.js";
export type { Matrix, UnstackOptions } from "./panel/matrix.js";
export type { PanelNote } from "./panel/notes.js";
export { Panel } from "./panel/panel.js";
export type { PanelInfo } from "./panel/panel-info.js";
export type { PanelOutput } from "./panel/panel-output.js";
export type { JsonRow, PanelRow, RowKey } from "./panel/panel-rows.js";
export type { PanelTransfer, TransferredColumn } from "./panel/panel-transfer.js";
export type { PanelVerbs } from "./panel/panel-verbs.js";
export { type Survivorship, survivorship } from "./panel/survivorship.js";
export type { UniverseOptions } from "./panel/universe.js";
export { appendSessions } from "./verbs/append-sessions.js";
export type { DropMissingOptions } from "./verbs/drop-missing.js";
export type { FillValue } from "./verbs/fill-missing.js";
export type { RowMask } from "./verbs/keep-rows.js";
export type { InstrumentRenaming } from "./verbs/rename-instruments.js";

// Verbs of a Panel.

export type { Aggregation } from "./verbs/aggregation.js";
export { concatPanels } from "./verbs/concat.js";
export type { CorrelationOptions, Correlations } from "./verbs/correlations.js";
export type { ForwardFillOptions } from "./verbs/forward-fill.js";
export type { GroupBy, GroupTable } from "./verbs/group-by.js";
export type { LongTable } from "./verbs/pivot.js";
export type { OrderOptions } from "./verbs/ranking.js";
export type { Period } from "./verbs/resample.js";
export type { ColumnStatistics, Statistics, StatisticsOptions } from "./verbs/statistics.js";
export type { ValueCount } from "./verbs/value-counts.js";

// Panels as one, with an account.

export type { JoinHow } from "./align/join-keys.js";
export { type AsofOptions, asofJoin, type Ties } from "./join/asof-join.js";
export type { ColumnNaming, OnConflict } from "./join/join-columns.js";
export { type JoinOptions, type JoinResult, joinPanels } from "./join/join-panels.js";
export { type JoinLedger, type LedgerJson, ledgerOf, type PanelAccount } from "./join/ledger.js";
export type {
  InstrumentMatch,
  MatchAudit,
  MatchCounts,
  MatchSide,
  SessionMatch,
} from "./join/match-audit.js";
export type { Reason, ReasonCounts } from "./join/match-reasons.js";

// Factors.

export type { Names as ExpressionNames } from "./expression/bind.js";
export type { ExpressionOptions } from "./expression/evaluate.js";
export type {
  PanelEvaluateOptions,
  PanelRangeOptions,
  ThreadedEvaluateOptions,
} from "./expression/evaluate-panel.js";
export { type Explanation, type ExpressionTree, explainExpression, printTree } from "./expression/explain.js";
export type { Windows } from "./expression/layout.js";
export { listOperators, type OperatorDescription } from "./expression/list-operators.js";
export type { CellType } from "./expression/plan.js";
export type { Compat } from "./expression/runner.js";
export {
  type Alpha158Options,
  type Alpha158Parts,
  alpha158,
  type PriceFeature,
  type RollingFamily,
} from "./factors/alpha158.js";
export { alpha360 } from "./factors/alpha360.js";
export { readFactors } from "./factors/factor-file.js";
export type { FactorChoice, FactorSet, OnNote } from "./factors/factor-set.js";

// Something to look at.

export type { Theme } from "./report/charts/palette.js";
export type { Plot } from "./report/plot/plot.js";
export type { PlotOptions } from "./report/plot/plot-panel.js";

// A folder of panels as one table, and SQL.

export { type SampleOptions, writeSample } from "./sample/write-sample.js";
export type { Adjust } from "./snapshot/adjust.js";
export type { ExplainedFile, RequestAccount, RequestExplanation } from "./snapshot/explain.js";
export type { FieldPattern, FieldsOptions, SnapshotField } from "./snapshot/fields.js";
export type { SkippedFile } from "./snapshot/folder.js";
export type { HistoryFields, HistoryRequest } from "./snapshot/history-plan.js";
export { openSnapshot, type SnapshotOptions } from "./snapshot/open-snapshot.js";
export type {
  RealtimeRequest,
  Snapshot,
  SnapshotAddOptions,
  SnapshotPanel,
  SnapshotUniverse,
} from "./snapshot/snapshot.js";
export type { SqlValue, SqlValues } from "./sql/bind-values.js";
export type { QueryLimits } from "./sql/query-limits.js";
export type { SqlOptions } from "./sql/run-sql.js";
export type { SqlResult } from "./sql/sql-result.js";
export { type InstrumentList, readInstrumentList } from "./universe/instrument-list.js";
export { Universe } from "./universe/universe.js";

// A library of factors, checked.

export {
  type CheckOptions,
  type CheckProgress,
  checkFactors,
  type FactorCheck,
} from "./factor-checks/check-factors.js";
export { factorQuality } from "./factor-checks/factor-quality.js";
export type {
  ColumnComparison,
  ComparedCell,
  Comparison,
  CutReport,
  Explanation as FactorExplanation,
  FactorRelation,
  FactorRelations,
  FactorReport,
  Finding,
  FindingCode,
  FindingRow,
  LookAheadProof,
  Lookback,
  OffendingCell,
  OutputShape,
  RdAgentVerdict,
  RunOutcome,
  RunReport,
  Severity,
  SourceDescription,
  VersionReport,
  VersionVerdict,
} from "./factor-checks/factor-report.js";
export type { LibraryRequest } from "./factor-checks/library-sources.js";
export type { ProofOptions } from "./factor-checks/proof/prove-factor.js";
export { qlibFigures } from "./factor-checks/qlib-report.js";
export type { Binning } from "./factor-checks/quality/binning.js";
export type {
  QlibFigures,
  QlibLongShort,
  QlibOptions,
  QlibRisk,
} from "./factor-checks/quality/qlib-figures.js";
export type {
  CoefficientSummary,
  Coverage,
  DecayStep,
  Distribution,
  DistributionDrift,
  Exposure,
  FactorQuality,
  GroupReturns,
  InformationCoefficient,
  NeutralIc,
  PeriodMean,
  PortfolioReturns,
  QualityCompat,
  QuantileReturn,
  QuantileReturns,
  QuantileSpread,
  QuantileStatistics,
  RowAccount,
  SessionSeries,
  Turnover,
} from "./factor-checks/quality/quality-figures.js";
export type { Groups, QualityOptions } from "./factor-checks/quality/quality-options.js";
export {
  type ValidateOptions,
  type ValidateProgress,
  validateFactors,
} from "./factor-checks/validate-factors.js";

// Other libraries' tables.

export { type ArqueroModule, type ArqueroTable, fromArquero, toArquero } from "./interop/arquero.js";
export { type DanfoFrame, type DanfoModule, fromDanfo, toDanfo } from "./interop/danfo.js";
export {
  fromPolars,
  type PolarsFrame,
  type PolarsModule,
  type PolarsTypes,
  toPolars,
} from "./interop/polars.js";
