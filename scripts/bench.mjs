// npm run bench [NAME] [-- options]: compiles bench/ and runs bench/NAME.ts, bench/main.ts without a name.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copySimd, root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

await main(async () => {
  const [first, ...rest] = process.argv.slice(2);
  const named = first !== undefined && !first.startsWith("-");
  const name = named ? first : "main";
  if (!existsSync(join(root, "bench", `${name}.ts`))) {
    console.error(`There is no bench/${name}.ts.`);
    process.exitCode = 2;
    return;
  }
  await setUp();
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  await runNode([tsc, "-p", "tsconfig.bench.json"], { cwd: root });
  copySimd(join(root, ".cache", "build", "src", "simd"));
  const options = named ? rest : process.argv.slice(2);
  await runNode([join(".cache", "build", "bench", `${name}.js`), ...options], { cwd: root });
});
