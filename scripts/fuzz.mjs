// npm run fuzz [-- --seed N --factor N]: the property and fuzz tests, for longer and from another seed.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  const { values } = parseArgs({ options: { seed: { type: "string" }, factor: { type: "string" } } });
  const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
  const factor = values.factor ?? "80";
  await setUp();
  console.log(`Repeat this run with: npm run fuzz -- --seed ${seed} --factor ${factor}`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  await runNode([vitest, "run", "property", "fuzz", "--testTimeout=0"], {
    cwd: root,
    env: { ...process.env, FUZZ_SEED: seed, FUZZ_FACTOR: factor },
  });
});
