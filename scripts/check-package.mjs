// npm run check:package: packs the package, installs the tarball in an empty folder, and uses it from there as a stranger
// would. `-- --all` tries bundlers, compilers, installers, runtimes and other copies of apache-arrow as well, which takes
// minutes and the registry; `-- WORD…` only the cases whose names have a word in them.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./build.mjs";
import { bundlerCases } from "./check-package/bundler-cases.mjs";
import { install, Workbench } from "./check-package/case.mjs";
import { arrowCases, installerCases, npmCases } from "./check-package/install-cases.mjs";
import { runtimeCases } from "./check-package/runtime-cases.mjs";
import { typeCases } from "./check-package/type-cases.mjs";
import { CommandFailed, main, runNpm } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const CASES = [...npmCases, ...typeCases, ...arrowCases, ...bundlerCases, ...installerCases, ...runtimeCases];

const words = process.argv.slice(2);
/** @param {import("./check-package/case.mjs").Case} one */
const isWanted = ({ name, short }) => {
  if (words.includes("--all")) return true;
  return words.length === 0 ? short : words.some((word) => name.toLowerCase().includes(word.toLowerCase()));
};

await main(async () => {
  await setUp();
  const folder = mkdtempSync(join(tmpdir(), "data-service-package-"));
  try {
    await checkPackage(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param {string} folder an empty one, outside the repository */
async function checkPackage(folder) {
  await runNpm(["pack", "--ignore-scripts", "--loglevel=warn", "--pack-destination", folder], { cwd: root });
  const packed = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  const bench = new Workbench(folder, join(folder, /** @type {string} */ (packed)));
  bench.empty("installed");
  // Strictly: a dependency whose peers disagree would stop some users' installs, and stops this one.
  await install(bench.installed, [bench.tarball], ["--strict-peer-deps"]);
  /** @type {string[]} */
  const failed = [];
  for (const one of CASES.filter(isWanted)) {
    console.log(`\n--- ${one.name}`);
    const began = Date.now();
    try {
      await one.run(bench);
      console.log(`--- ${one.name}: ok (${Math.round((Date.now() - began) / 1000)} s)`);
    } catch (error) {
      console.error(error);
      failed.push(one.name);
    }
  }
  if (failed.length > 0) throw new CommandFailed(`package: ${failed.join(", ")}`, 1);
  console.log("\npackage: ok");
}
