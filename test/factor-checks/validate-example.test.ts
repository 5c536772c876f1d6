import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireBuild, root } from "../built-package.js";
import { isThorough } from "../property-runs.js";
import { hasPandas } from "./python/python-library.js";

describe.skipIf(!hasPandas || !(isThorough || process.env.CI))("examples/validate-factors", () => {
  it("finds the factor that looks ahead and no other", () => {
    requireBuild();
    const { stdout, stderr, status } = spawnSync(
      "node",
      [join(root, "examples", "validate-factors", "validate.mjs")],
      {
        encoding: "utf8",
        timeout: 280_000,
      },
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^smooth_close: error, look-ahead: look-ahead,/m);
    expect(stdout).toMatch(/^momentum_10d: ok, look-ahead: proven for the cuts tried,/m);
    expect(stdout).toMatch(/^reversal_5d: ok, look-ahead: proven for the cuts tried,/m);
    expect(stdout).toMatch(/look-ahead: values change when the input ends earlier: smooth_close of/);
  }, 300_000);
});
