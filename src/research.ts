/** Research results: registries and catalogues of the research side, and the server that hands them out. */
export {
  CATALOGUE_KINDS,
  CATALOGUES,
  type CatalogueKind,
} from "./research/catalogues/catalogue-kinds.js";
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
export type { RequestRate } from "./server/request-rate.js";
export { createResultsApi, type ResultsApi, type ResultsApiOptions } from "./server/results-api.js";
export type { ApiRequest, Route } from "./server/route.js";
export { type ResultsServer, type ServeOptions, serveResults } from "./server/serve-results.js";
