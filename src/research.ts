/** Research results: registries and catalogues of the research side, and the server that hands them out. */
export {
  type BackfillOptions,
  type BackfillReport,
  backfill,
  type WorkspaceOutcome,
} from "./research/backfill/backfill.js";
export type { BackfillMode, BackfillSelection } from "./research/backfill/backfill-plan.js";
export type { CheckedWorkspace } from "./research/backfill/check-workspace.js";
export {
  CATALOGUE_KINDS,
  CATALOGUES,
  type CatalogueKind,
} from "./research/catalogues/catalogue-kinds.js";
export { type ReadRecord, readCatalogue } from "./research/catalogues/read-catalogue.js";
export {
  compareImplementations,
  compareVersions,
  type FactorPackage,
  type ImplState,
  implState,
  readFactorPackage,
} from "./research/impl-version.js";
export { mappedPath, type PathMap } from "./research/path-map.js";
export {
  type ArtifactRequest,
  type LoopMetric,
  type LoopRequest,
  openRegistry,
  type Page,
  type PageRequest,
  type Registry,
  type TaskRunRequest,
  type WorkspaceRequest,
} from "./research/registry/registry.js";
export type {
  ArtifactFileRow,
  ArtifactRow,
  FactorRegistryRow,
  LoopRow,
  RegistryTables,
  TaskRunRow,
  WorkspaceRow,
} from "./research/registry/registry-tables.js";
export { writeResearchSample } from "./research/research-sample.js";
export type { StoredFactor, StoredLoop, ValuesOptions } from "./research/store/factor-values.js";
export { keepQuality } from "./research/store/keep-quality.js";
export { keepReports } from "./research/store/keep-reports.js";
export type { ListTable } from "./research/store/list-order.js";
export { openStore, type StoreOptions } from "./research/store/open-store.js";
export type { Store } from "./research/store/store.js";
export type {
  ColumnFilter,
  ListPage,
  ListRequest,
  Marked,
  Marks,
} from "./research/store/store-list.js";
export type {
  AlphaFactorTable,
  ArtifactFileTable,
  ArtifactTable,
  FactorMetricTable,
  FactorTable,
  ImportRecordTable,
  ImportRunTable,
  LoopTable,
  ModelTable,
  RegistryLoopTable,
  StrategyTable,
  TaskRunTable,
  WorkspaceTable,
} from "./research/store/store-tables.js";
export type { KindCounts, RecordOutcome } from "./research/sync/import-counts.js";
export type { ImportKind } from "./research/sync/results-source.js";
export { type SyncOptions, type SyncProgress, type SyncReport, sync } from "./research/sync/sync.js";
export { readWorkspaces, type WorkspaceViews } from "./research/workspace-fallback.js";
export type { RequestRate } from "./server/request-rate.js";
export { createResultsApi, type ResultsApi, type ResultsApiOptions } from "./server/results-api.js";
export type { ApiRequest, Route } from "./server/route.js";
export { type ResultsServer, type ServeOptions, serveResults } from "./server/serve-results.js";
