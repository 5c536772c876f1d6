import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runNode } from "../run.mjs";
import { install } from "./case.mjs";
import { asCommonJs, asModule, FILE, WITH_ARROW } from "./program.mjs";

/** @typedef {import("./case.mjs").Case} Case */

/** As npm installs it: one h5wasm, the command, an import and a require. @type {Case[]} */
export const npmCases = [
  {
    name: "npm: a dependency each, once",
    short: true,
    run: async ({ installed }) => {
      const versions = copiesOf("h5wasm", installed);
      if (versions.length !== 1) throw new Error(`h5wasm is installed as ${versions.join(" and ")}`);
    },
  },
  {
    name: "npm: import",
    short: true,
    run: async ({ installed }) => {
      writeFileSync(join(installed, "program.mjs"), asModule());
      await runNode(["program.mjs"], { cwd: installed });
    },
  },
  {
    name: "npm: require in CommonJS",
    short: true,
    run: async ({ installed }) => {
      writeFileSync(join(installed, "program.cjs"), asCommonJs);
      await runNode(["program.cjs"], { cwd: installed });
    },
  },
  {
    name: "npm: the command",
    short: true,
    run: async ({ installed }) => {
      const bin = join(installed, "node_modules", ".bin", "aistock-data");
      const described = execFileSync(bin, ["describe", FILE], { cwd: installed, encoding: "utf8" });
      if (!/9,?956/.test(described)) throw new Error(`aistock-data describe said:\n${described}`);
      await run(bin, ["window", FILE, "--universe", "SH600001", "--end", "2020-03-02", "--bars", "2"], {
        cwd: installed,
      });
    },
  },
];

/**
 * The versions of a package below a folder's node_modules, of each copy.
 * @param {string} name
 * @param {string} folder
 */
function copiesOf(name, folder) {
  const paths = readdirSync(join(folder, "node_modules"), { recursive: true, encoding: "utf8" });
  const manifests = paths.filter(
    (path) =>
      path === join(name, "package.json") || path.endsWith(join("node_modules", name, "package.json")),
  );
  return manifests.map(
    (path) => JSON.parse(readFileSync(join(folder, "node_modules", path), "utf8")).version,
  );
}

/**
 * A folder whose owner has his own apache-arrow.
 * @param {string} version
 * @param {boolean} [short]
 * @returns {Case}
 */
const besideArrow = (version, short = false) => ({
  name: `npm: beside apache-arrow ${version}`,
  short,
  run: async (bench) => {
    const folder = bench.empty(`arrow-${version}`);
    await install(folder, [`apache-arrow@${version}`]);
    await install(folder, [bench.tarball]);
    writeFileSync(join(folder, "program.mjs"), WITH_ARROW);
    await runNode(["program.mjs"], { cwd: folder });
  },
});

/** @type {Case[]} */
export const arrowCases = ["17.0.0", "18.1.0", "19.0.1", "20.0.0", "21.0.0"].map((version) =>
  besideArrow(version, version === "18.1.0"),
);

/**
 * Another installer, itself a package of npm.
 * @param {string} installer as npm calls it
 * @param {string} cli its program in the package
 * @param {readonly string[]} add
 * @param {Record<string, string>} [files] its settings
 * @returns {Case}
 */
const installedBy = (installer, cli, add, files = {}) => ({
  name: installer,
  run: async (bench) => {
    const tool = await bench.tool(installer);
    const name = installer.replace(/[^a-z]/g, "");
    const folder = bench.empty(`by-${name}`);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    await runNode([join(tool, "node_modules", cli), ...add, `file:${bench.tarball}`], { cwd: folder });
    writeFileSync(join(folder, "program.mjs"), asModule());
    await runNode(["program.mjs"], { cwd: folder });
  },
});

/** @type {Case[]} */
export const installerCases = [
  installedBy("pnpm@10", "pnpm/bin/pnpm.cjs", ["add", "--ignore-scripts"]),
  installedBy("yarn@1", "yarn/bin/yarn.js", ["add", "--silent", "--ignore-scripts"]),
  installedBy("@yarnpkg/cli-dist@4", "@yarnpkg/cli-dist/bin/yarn.js", ["add"], {
    ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\nenableScripts: false\n",
    "yarn.lock": "",
  }),
];
