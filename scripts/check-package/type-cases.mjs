import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build.mjs";
import { runNode } from "../run.mjs";
import { TYPED } from "./program.mjs";

/** @typedef {import("./case.mjs").Case} Case */

// As strictly as a user may, the declarations of the package and of its dependencies among what is checked.
const STRICT = [
  "--strict",
  "--noUncheckedIndexedAccess",
  "--exactOptionalPropertyTypes",
  "--target",
  "es2022",
];
const NODE_TYPES = ["--types", "node", "--typeRoots", join(root, "node_modules", "@types")];
const RESOLUTIONS = {
  nodenext: ["--module", "nodenext"],
  bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
};

/**
 * @param {string | undefined} version of TypeScript; this repository's own when undefined
 * @param {keyof typeof RESOLUTIONS} resolution
 * @param {readonly string[]} [lax]
 * @returns {Case}
 */
const compiled = (version, resolution, lax = []) => ({
  name: `TypeScript ${version ?? "of this repository"}, ${resolution}`,
  short: version === undefined,
  run: async (bench) => {
    const { installed } = bench;
    const home = version === undefined ? root : await bench.tool(`typescript@${version}`);
    writeFileSync(join(installed, "use.ts"), TYPED);
    const tsc = join(home, "node_modules", "typescript", "bin", "tsc");
    await runNode([tsc, "use.ts", ...STRICT, ...NODE_TYPES, ...RESOLUTIONS[resolution], ...lax], {
      cwd: installed,
    });
    await runNode(["use.js"], { cwd: installed });
  },
});

/** @type {Case[]} */
export const typeCases = [
  compiled(undefined, "nodenext"),
  compiled(undefined, "bundler"),
  // apache-arrow's own declarations need a newer compiler than 5.4; ours do not.
  compiled("5.4", "nodenext", ["--skipLibCheck"]),
  compiled("5.4", "bundler", ["--skipLibCheck"]),
];
