import type { CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import type { PathMap } from "../research/path-map.js";
import type { Registry } from "../research/registry/registry.js";
import type { CatalogueFile } from "./catalogue-file.js";

/** What is asked of a route: the parts of the path that it names, decoded. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Headers;
  /** @throws ApiError 413 */
  readonly body: () => Promise<string>;
}

/** A path of the results API. */
export interface Route {
  readonly method: "GET" | "POST";
  /** With parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** Parameters of the query, each with what it means. */
  readonly query?: Readonly<Record<string, string>>;
  /** Answers a request to it. */
  readonly answer: (request: ApiRequest) => Promise<Response>;
}

/** What the routes answer from. */
export interface ApiSources {
  readonly registryPath: string;
  readonly catalogues: ReadonlyMap<CatalogueKind, CatalogueFile>;
  readonly bundles: string;
  readonly pathMap: PathMap;
  readonly mostBundleBytes: number;
  /** The registry, opened when it is there; it may come, go and be replaced while the server runs. */
  readonly registry: () => Promise<Registry>;
}
