import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { requireBuild, root } from "./built-package.js";

describe("importing the package", () => {
  it("loads none of the heavy packages, which take longer than a window from the cache", () => {
    requireBuild();
    const index = pathToFileURL(join(root, "dist", "index.js")).href;
    const script = `await import(${JSON.stringify(index)}); console.log("imported");`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, NODE_DEBUG: "esm,module" },
    });
    expect(run.stdout).toBe("imported\n");
    expect(run.stderr).toContain("dist/index.js");
    const packages = new Set(run.stderr.match(/node_modules\/(?:@[\w-]+\/)?[\w-]+/g));
    for (const heavy of ["apache-arrow", "h5wasm", "h5wasm-plugins", "@duckdb/node-api", "commander"]) {
      expect(packages).not.toContain(`node_modules/${heavy}`);
    }
  });
});
