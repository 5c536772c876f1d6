import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireBuild, root } from "../built-package.js";
import { scratchFolder } from "../scratch-folder.js";

describe("examples/training", () => {
  const out = join(scratchFolder(), "set");

  it("goes from RD-Agent's workflow file to batches, gathered by a second thread, and to files", () => {
    requireBuild();
    const script = join(root, "examples", "training", "train.mjs");
    const text = execFileSync(process.execPath, [script, out], { encoding: "utf8" });
    expect(text).toMatch(/^[1-9]\d* samples of 20 × \d+: .*RESI5, ROC20/m);
    for (const name of ["train", "valid", "test"]) {
      expect(text).toMatch(new RegExp(`^${name}: [1-9]\\d* rows, 20`, "m"));
      expect(existsSync(join(out, name, "windows.npy"))).toBe(true);
    }
  });
});
