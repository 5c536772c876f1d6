import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests name a source by its room, wherever the test itself lies.
  resolve: {
    alias: [
      { find: /^#src\/(.*)\.js$/, replacement: fileURLToPath(new URL("./src/$1.ts", import.meta.url)) },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Time limits are there for hangs alone; the slowest machine that runs this has two slow cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    // The built package and its modules are imported by Node itself, as its users do.
    server: { deps: { external: [/\/dist\//, /\/\.cache\/modules\//] } },
  },
});
