import { createRequire } from "node:module";

type Arrow = typeof import("apache-arrow");

let loaded: Arrow | undefined;

/**
 * apache-arrow, loaded when it is first needed: it takes longer to load than a cached window takes from the start
 * of the process. Synchronous, since `toArrow` is; and the ES module where Node can require one (20.19 and later),
 * so that its classes are those of a caller's own `import`.
 */
export function arrowLibrary(): Arrow {
  if (!loaded) {
    const require = createRequire(import.meta.url);
    const commonJs = require.resolve("apache-arrow");
    loaded = process.features.require_module
      ? (require(commonJs.replace(/\.js$/, ".mjs")) as Arrow)
      : (require(commonJs) as Arrow);
  }
  return loaded;
}
