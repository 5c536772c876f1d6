import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.mjs";
import { asModule } from "./program.mjs";

/** @typedef {import("./case.mjs").Case} Case */

/**
 * Another runtime whose program a package of npm carries, so that nothing is fetched beside the registry.
 * @param {string} name
 * @param {string} carrier
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Case}
 */
const runBy = (name, carrier, program, args) => ({
  name,
  run: async (bench) => {
    if (process.platform !== "linux" || process.arch !== "x64") {
      console.log(`skipped: the case knows ${name} for Linux on x64 only`);
      return;
    }
    const tool = await bench.tool(carrier);
    writeFileSync(join(bench.installed, "program.mjs"), asModule());
    await run(join(tool, "node_modules", program), [...args, "program.mjs"], { cwd: bench.installed });
  },
});

/** @type {Case[]} */
export const runtimeCases = [
  runBy("Bun", "@oven/bun-linux-x64@1", "@oven/bun-linux-x64/bin/bun", ["run"]),
  runBy("Deno", "@deno/linux-x64-glibc@2", "@deno/linux-x64-glibc/deno", [
    "run",
    "-A",
    "--node-modules-dir=manual",
  ]),
];
