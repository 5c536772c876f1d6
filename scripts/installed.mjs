import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./run.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[] }} Locked
 */

/**
 * Why node_modules is not what package-lock.json asks for, or undefined when it is.
 * Compared with npm's own record of what it installed, so that no network is needed.
 * @param {string} root
 * @returns {string | undefined}
 */
export function installProblem(root) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return "no dependencies are installed";
  const wanted = lockedPackages(join(root, "package-lock.json"));
  const found = lockedPackages(record);
  for (const [path, asked] of wanted) {
    const installed = found.get(path);
    if (installed === undefined) {
      if (asked.optional) continue; // npm leaves out what other platforms need
      return `${nameOf(path)} is missing`;
    }
    if (installed.version !== asked.version || installed.integrity !== asked.integrity) {
      return `${nameOf(path)} is ${installed.version}, package-lock.json asks for ${asked.version}`;
    }
    if (!fitsPlatform(installed)) return `${nameOf(path)} was installed for another platform`;
    if (!existsSync(join(root, path, "package.json"))) return `${path} was removed`;
  }
  for (const path of found.keys()) {
    if (!wanted.has(path)) return `${nameOf(path)} is installed, and not in package-lock.json`;
  }
  return undefined;
}

/**
 * Installs what package-lock.json asks for, unless it is there already.
 * @param {string} root
 */
export async function installWhatIsMissing(root) {
  const problem = installProblem(root);
  if (problem === undefined) return;
  console.log(`Installing dependencies (${problem}) …`);
  await runNpm(["ci", "--include=dev", "--no-audit", "--no-fund"], { cwd: root });
}

/**
 * @param {string} file
 * @returns {Map<string, Locked>}
 */
function lockedPackages(file) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  return new Map(Object.entries(packages).filter(([path]) => path !== ""));
}

/** @param {string} path such as `node_modules/@scope/name` */
function nameOf(path) {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** @param {Locked} entry */
function fitsPlatform({ os, cpu }) {
  return (
    (os === undefined || os.includes(process.platform)) && (cpu === undefined || cpu.includes(process.arch))
  );
}
