// npm test [-- vitest arguments]: sets up what is missing, then runs the tests.
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  await setUp();
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  await runNode([vitest, "run", ...process.argv.slice(2)], { cwd: root });
});
