// npm run docs: the API reference, as pages in .cache/api. An exported member without a text is an error.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, runNode, runNpm } from "./run.mjs";

// TypeDoc asks the compiler as a library, which TypeScript 7 is not any more: it has one of its own, apart from ours.
const TOOLS = ["typedoc@0.28.20", "typescript@6.0.3"];
const home = join(root, ".cache", "typedoc");
const program = join(home, "node_modules", "typedoc", "bin", "typedoc");

await main(async () => {
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), JSON.stringify({ private: true }));
    await runNpm(["install", "--no-audit", "--no-fund", "--save-exact", ...TOOLS], { cwd: home });
  }
  await runNode([program, "--options", join(root, "typedoc.json"), ...process.argv.slice(2)], { cwd: root });
});
