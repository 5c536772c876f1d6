import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "../run.mjs";
import { asModule } from "./program.mjs";

/** @typedef {import("./case.mjs").Case} Case */

/** What brings native or WebAssembly files of its own stays outside of a bundle, as the README says. */
const EXTERNAL = ["@duckdb/node-api", "h5wasm", "apache-arrow"];

/**
 * Puts what lies beside our code beside the bundle, as the README says.
 * @param {string} installed
 * @param {string} out
 */
function copyAssets(installed, out) {
  const dist = join(installed, "node_modules", "@aistock", "data-service", "dist");
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (["h5-filters", "compiled"].includes(name) || name.endsWith(".cjs")) {
      cpSync(join(dist, name), join(out, name), { recursive: true });
    }
  }
}

/**
 * A bundle of a program, made in the folder where the package is installed and run there.
 * @param {string} name
 * @param {string} bundle the file that is run
 * @param {(place: { installed: string, entry: string, out: string, bench: import("./case.mjs").Workbench }) => Promise<void>} make
 * @param {boolean} [short]
 * @returns {Case}
 */
const bundled = (name, bundle, make, short = false) => ({
  name,
  short,
  run: async (bench) => {
    const { installed } = bench;
    const folder = name.replace(/[^a-z]+/g, "-");
    const [entry, out] = [join(installed, `${folder}.mjs`), join(installed, folder)];
    writeFileSync(entry, asModule());
    copyAssets(installed, out);
    await make({ installed, entry, out, bench });
    await runNode([join(out, bundle)], { cwd: installed });
  },
});

/**
 * @param {"module" | "commonjs"} type
 * @param {string} entry
 * @param {string} out
 */
const webpackConfig = (type, entry, out) => `module.exports = {
  mode: "production",
  target: "node",
  entry: ${JSON.stringify(entry)},
  externals: ${JSON.stringify(EXTERNAL)},
  externalsType: ${JSON.stringify(type)},
  experiments: { outputModule: ${type === "module"} },
  module: { parser: { javascript: { importMeta: false } } },
  output: { path: ${JSON.stringify(out)}, filename: "bundle.mjs", module: ${type === "module"}, chunkFormat: ${JSON.stringify(type)} },
};
`;

/**
 * @param {"es" | "cjs"} format
 * @param {string} entry
 * @param {string} out
 */
const viteConfig = (format, entry, out) => `export default {
  logLevel: "warn",
  ssr: { noExternal: ["@aistock/data-service"], external: ${JSON.stringify(EXTERNAL)} },
  build: {
    ssr: ${JSON.stringify(entry)},
    outDir: ${JSON.stringify(out)},
    emptyOutDir: false,
    rollupOptions: {
      external: [...${JSON.stringify(EXTERNAL)}, "electron"],
      output: { chunkFileNames: "[name].${format === "es" ? "mjs" : "cjs"}", format: ${JSON.stringify(format)}, entryFileNames: "bundle.${format === "es" ? "mjs" : "cjs"}" },
    },
  },
};
`;

/** @type {Case[]} */
export const bundlerCases = [
  bundled(
    "esbuild",
    "bundle.mjs",
    async ({ entry, out, bench }) => {
      const tool = await bench.tool("esbuild@0.25");
      const flags = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"];
      const external = EXTERNAL.map((name) => `--external:${name}`);
      const program = join(tool, "node_modules", "esbuild", "bin", "esbuild");
      await runNode([program, entry, ...flags, ...external, `--outfile=${join(out, "bundle.mjs")}`]);
    },
    true,
  ),
  ...["es", "cjs"].map((format) =>
    bundled(
      format === "es" ? "vite: ssr" : "vite: electron main process",
      format === "es" ? "bundle.mjs" : "bundle.cjs",
      async ({ installed, entry, out, bench }) => {
        const tool = await bench.tool("vite@7");
        const config = join(installed, `vite-${format}.config.mjs`);
        writeFileSync(config, viteConfig(/** @type {"es" | "cjs"} */ (format), entry, out));
        const program = join(tool, "node_modules", "vite", "bin", "vite.js");
        await runNode([program, "build", "--config", config], { cwd: installed });
      },
    ),
  ),
  bundled("webpack", "bundle.mjs", async ({ installed, entry, out, bench }) => {
    const tool = await bench.tool("webpack@5", "webpack-cli@6");
    const config = join(installed, "webpack.config.cjs");
    writeFileSync(config, webpackConfig("module", entry, out));
    const program = join(tool, "node_modules", "webpack", "bin", "webpack.js");
    await runNode([program, "--config", config], { cwd: installed });
  }),
];
