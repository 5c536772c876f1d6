import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build.mjs";
import { runNpm } from "../run.mjs";
import { COMPRESSED, FILE } from "./program.mjs";

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {boolean} [short] whether it is run without `--all`
 * @property {(bench: Workbench) => Promise<void>} run throws where the package does not work
 */

/** Where the cases of one run work: folders of a temporary one, outside the repository, and the packed tarball. */
export class Workbench {
  /**
   * @param {string} folder
   * @param {string} tarball
   */
  constructor(folder, tarball) {
    this.folder = folder;
    this.tarball = tarball;
    /** The folder in which the package is installed as npm does it. */
    this.installed = join(folder, "installed");
  }

  /**
   * An empty folder with a package.json and the files that programs read.
   * @param {string} name
   * @param {object} [manifest]
   */
  empty(name, manifest = { type: "module" }) {
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, ...manifest }));
    putFiles(folder);
    return folder;
  }

  /**
   * The folder of a tool, installed from the registry once a run. Its install scripts are not run: none may fetch
   * anything else.
   * @param {...string} packages
   */
  async tool(...packages) {
    const folder = join(this.folder, `tool-${packages.join("-").replace(/[^a-z0-9.-]/g, "_")}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    await install(folder, packages, ["--ignore-scripts"]);
    return folder;
  }
}

/**
 * `npm install` in a folder.
 * @param {string} folder
 * @param {readonly string[]} packages
 * @param {readonly string[]} [flags]
 */
export function install(folder, packages, flags = []) {
  return runNpm(["install", "--no-audit", "--no-fund", "--loglevel=warn", ...flags, ...packages], {
    cwd: folder,
  });
}

/** @param {string} folder */
function putFiles(folder) {
  const fixtures = join(root, "data-fixtures");
  cpSync(join(fixtures, "snapshot", FILE), join(folder, FILE));
  cpSync(join(fixtures, "hdf5", "fixed_blosc_zstd.pd15.h5"), join(folder, COMPRESSED));
}
