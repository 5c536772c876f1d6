import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import {
  compareImplementations,
  compareVersions,
  implState,
  readFactorPackage,
} from "#src/research/impl-version.js";
import { writeResearchSample } from "#src/research/research-sample.js";
import { openStore } from "#src/research/store/open-store.js";
import { sync } from "#src/research/sync/sync.js";
import { readWorkspaces } from "#src/research/workspace-fallback.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { scratchFolder } from "../scratch-folder.js";
import { FIXTURES } from "./research-fixtures.js";

const scratch = scratchFolder();
const root = join(FIXTURES, "..");

describe("the research sample", () => {
  it("fills a store, whose factors and loops are Panels and windows", async () => {
    const folder = join(scratch, "sample");
    await writeResearchSample(folder);
    const store = await openStore(join(scratch, "store.sqlite"));
    try {
      const report = await sync(folder, store);
      expect(report.problems).toEqual([]);
      expect(await store.counts()).toEqual({
        factors: 3,
        strategies: 0,
        loops: 3,
        models: 1,
        alpha_factors: 1,
      });

      const factor = await store.factor("mom_10d");
      const panel = await factor.panel();
      expect([panel.columnNames, panel.rowCount]).toEqual([["mom_10d"], 240]);
      const loop = await store.loop("2026-01-14_09-30-00-000001", 0);
      expect((await loop.factors()).columnNames).toEqual(["mom_10d", "turn_5d"]);
      await expect((await store.loop(loop.task_run_id, 2)).factors()).rejects.toMatchObject({
        code: "not-found",
      });

      const snapshot = await openSnapshot(join(root, "snapshot"));
      await factor.addTo(snapshot);
      expect(snapshot.panels().map(({ name }) => name)).toContain("mom_10d");

      const { rows } = await store.loops({ sort: "-sharpe", where: { decision: 1 } });
      expect(rows.map(({ loop_id, materialization_status }) => [loop_id, materialization_status])).toEqual([
        [2, "done"],
        [0, "done"],
      ]);
      await expect(store.factor("mom_10")).rejects.toMatchObject({ details: { suggestion: "mom_10d" } });
      await expect(store.loops({ where: { sharp: 1 } })).rejects.toMatchObject({ code: "unknown-field" });

      // the package's one function is another factor's
      const states = await compareImplementations(
        store,
        join(FIXTURES, "libs/rd-factors-lib/rd_factors_lib"),
      );
      expect(states).toEqual({ missing: 3 });
      expect((await store.factor("vol_20d")).impl_state).toBe("missing");
    } finally {
      await store.close();
    }
    await expect(writeResearchSample(folder)).rejects.toMatchObject({ code: "write-failed" });
  });

  it("is read from its workspaces when the registry is damaged or away, and says so", async () => {
    const folder = join(scratch, "values");
    await writeResearchSample(folder);
    const registry = join(folder, "RDagentDB", "registry.sqlite");
    writeFileSync(registry, "this is not a database ".repeat(100));
    const store = await openStore(join(scratch, "fallback.sqlite"));
    for (const damage of [() => undefined, () => rmSync(registry)]) {
      damage();
      await sync(join(folder, "RDagentDB"), store, { mode: "full", attempts: 1 });
      const rows = await store.db.selectFrom("registry_loops").selectAll().orderBy("loop_id").execute();
      expect(rows.map(({ loop_id, has_result }) => [loop_id, has_result])).toEqual([
        [0, 1],
        [1, 1],
        [2, 1],
      ]);
      expect(rows.every(({ record }) => record.includes('"is_fallback":true'))).toBe(true);
    }
    await store.close();
    const root = join(folder, "git_ignore_folder", "RD-Agent_workspace");
    mkdirSync(join(root, "empty"));
    const views = readWorkspaces(root);
    expect([views.isFallback, views.workspaces.length, views.skipped[0]?.reason]).toEqual([
      true,
      3,
      "it has none of workspace_meta.json, experiment_summary.json, manifest.json",
    ]);
    const path =
      "git_ignore_folder/RD-Agent_workspace/1b2c3d4e5f60718293a4b5c6d7e8f90a/combined_factors_df.parquet";
    expect((await openPanel(join(folder, path))).index.instruments).toHaveLength(4);
  });
});

describe("an implementation's version", () => {
  it.each<[string, string, number]>([
    ["1.0.9", "1.0.10", -1],
    ["1.0.10", "1.0.9", 1],
    ["1.0", "1.0.0", 0],
    ["v2.0", "1.9.9", 1],
    ["1.0.0", "1.0.0-rc", -1],
  ])("%s against %s", (a, b, order) => {
    expect(Math.sign(compareVersions(a, b))).toBe(order);
  });

  it("is current, stale, ahead, unversioned; its function missing or a stub", () => {
    const pack = {
      version: "1.0.9",
      functions: new Map([
        ["generated:factor_mom", { isStub: false }],
        ["generated:later", { isStub: true }],
      ]),
    };
    const state = (impl_func: string | null, impl_version: string | null) =>
      implState({ impl_module: "rd_factors_lib.generated", impl_func, impl_version }, pack);
    expect(["1.0.9", "1.0.8", "1.0.10", "20261130", null].map((version) => state("mom", version))).toEqual([
      "current",
      "stale",
      "ahead",
      "unversioned",
      "unversioned",
    ]);
    expect([state("none", "1.0.9"), state(null, "1.0.9"), state("later", "1.0.9")]).toEqual([
      "missing",
      "missing",
      "stub",
    ]);
  });

  it("is read from a package without running it", () => {
    const { version, functions } = readFactorPackage(join(FIXTURES, "libs/rd-factors-lib"));
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(functions.get("rd_factors_lib.generated:calculate_RESI5")).toEqual({ isStub: false });
    expect(() => readFactorPackage(join(scratch, "none"))).toThrow("there is no package folder");
  });
});
