// npm test [-- vitest arguments]: sets up what is missing, then runs the tests.
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  await setUp();
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  // Node 20 reads these certificates at each of some hundred starts, 0.1 s each; nothing here uses the network.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  await runNode([vitest, "run", ...process.argv.slice(2)], { cwd: root, env });
});
