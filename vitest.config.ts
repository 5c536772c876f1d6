import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests that put something else in place of a module, or look at what is loaded: they have modules of their own. */
const APART = [
  "test/cache/unusable.test.ts",
  "test/cli/faults.test.ts",
  "test/expression/one-plan.test.ts",
  "test/formats/pandas-hdf/load-without-vectors.test.ts",
  "test/formats/pandas-hdf/no-filters.test.ts",
  "test/formats/pandas-hdf/own-reader.test.ts",
  "test/formats/replace-folder.test.ts",
];

/**
 * What a second run on another Node leaves out, which says so with OTHER_NODE=1: what is damaged or drawn at random would
 * be the same again; browsers, Python and PostgreSQL do not depend on our Node.
 */
const LEFT_OUT = process.env.OTHER_NODE
  ? [
      "test/fuzz/readers-fuzz.test.ts",
      "test/**/*-property.test.ts",
      "test/keys/sorted-rows.test.ts",
      "test/expression/session-patches.test.ts",
      "test/formats/pandas-hdf/gather.test.ts",
      "test/**/page/*.test.ts",
      "test/report/page-in-browser.test.ts",
      "test/server/library/library-pages.test.ts",
      "test/factor-checks/p*/**",
      "test/factor-checks/validate-*.test.ts",
    ]
  : [];

export default defineConfig({
  // Tests name a source by its room, wherever the test itself lies.
  resolve: {
    alias: [
      { find: /^#src\/(.*)\.js$/, replacement: fileURLToPath(new URL("./src/$1.ts", import.meta.url)) },
    ],
  },
  test: {
    // Time limits are there for hangs alone; the slowest machine that runs this has two slow cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Importing the sources takes a test file 0.8 s: the files of a process share them.
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...APART, ...LEFT_OUT],
          isolate: false,
        },
      },
      { extends: true, test: { name: "apart", include: APART, exclude: LEFT_OUT } },
    ],
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    // The built package and its modules are imported by Node itself, as its users do.
    server: { deps: { external: [/\/dist\//, /\/\.cache\/modules\//] } },
  },
});
