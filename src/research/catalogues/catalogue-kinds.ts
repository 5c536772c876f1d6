/** The views that the research side exports, and where they are: the file's name, its list, the path that serves it. */
export const CATALOGUES = {
  factors: { file: "factor_catalog.json", list: "factors", path: "/catalog/factors" },
  strategies: { file: "strategy_catalog.json", list: "strategies", path: "/catalog/strategies" },
  loops: { file: "loop_catalog.json", list: "loops", path: "/catalog/loops" },
  models: { file: "model_catalog.json", list: "models", path: "/catalog/models" },
  alpha158: { file: "alpha158_meta.json", list: "factors", path: "/alpha158/meta" },
  alpha360: { file: "alpha360_meta.json", list: "factors", path: "/alpha360/meta" },
} as const;

/** A kind of catalogue. */
export type CatalogueKind = keyof typeof CATALOGUES;

/** The kinds of catalogues that research exports. */
export const CATALOGUE_KINDS = Object.keys(CATALOGUES) as readonly CatalogueKind[];

/** The version of the catalogues' envelope that we know. */
export const CATALOGUE_VERSION = "v1";
