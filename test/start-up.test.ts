import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { requireBuild, root } from "./built-package.js";

describe("importing the package", () => {
  it("loads few files and no package: loading takes longer than a window from the cache", () => {
    requireBuild();
    const index = pathToFileURL(join(root, "dist", "index.js")).href;
    const script = `await import(${JSON.stringify(index)});
      const streams = process.moduleLoadList.includes("NativeModule internal/fs/streams");
      console.log(streams ? "imported, with the streams of node:fs" : "imported");`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, NODE_DEBUG: "esm,module" },
    });
    expect(run.stdout).toBe("imported\n");
    const loaded = new Set(run.stderr.match(/\bdist\/[\w/-]+\.js|\bnode_modules\/(?:@[\w-]+\/)?[\w-]+/g));
    expect([...loaded].sort()).toEqual(["dist/index.js", "dist/library.js"]);
  });
});
