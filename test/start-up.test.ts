import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { requireBuild, root } from "./built-package.js";

describe("the built files", () => {
  it("take Node's modules without making ES modules of them, also where Node cannot give them by name", () => {
    requireBuild();
    const dist = join(root, "dist");
    const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".js"),
    );
    expect(files).toContain("library.js");
    for (const name of files) {
      const code = readFileSync(join(dist, name), "utf8");
      expect(code.match(/\bfrom "node:(?!module").*/g) ?? [], name).toEqual([]);
    }
    const index = pathToFileURL(join(dist, "index.js")).href;
    const script = `process.getBuiltinModule = undefined;
      const { openPanel } = await import(${JSON.stringify(index)});
      const panel = await openPanel(process.argv[1], { cache: false });
      console.log(panel.load().rowCount > 0 ? "loaded" : "empty");`;
    const fixture = join(root, "data-fixtures", "expressions.h5");
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script, fixture], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("loaded\n");
  });
});

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
