import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "#src/research/store/open-store.js";
import type { Store } from "#src/research/store/store.js";
import { type SyncOptions, sync } from "#src/research/sync/sync.js";
import { serveResults } from "#src/server/serve-results.js";
import { scratchFolder } from "../scratch-folder.js";
import { copyOf, fixtureJson, secondState } from "./research-fixtures.js";
import { storeContents } from "./store-contents.js";

const scratch = scratchFolder();
let made = 0;

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(join(scratch, `store-${made++}.sqlite`));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const results = (): string => copyOf("RDagentDB", join(scratch, `results-${made++}`));
const quick: SyncOptions = { pauseMs: 1, attempts: 2 };

interface Hints {
  first: { records: Record<string, number>; loops_consumable_done: number; distinct_task_loop: number };
  second: { records: Record<string, number>; distinct_task_loop: number };
}
const hints = fixtureJson<Hints>("sync-hints.json");

describe("a results folder", () => {
  it("comes over whole", async () => {
    await withStore(async (store) => {
      const report = await sync(results(), store, quick);
      expect(report.problems).toEqual([]);
      expect(report.state).toBe("done");
      const { factor, strategy, loop, model } = hints.first.records;
      expect(report.counts.factors).toMatchObject({ new: factor, refused: 0 });
      expect(report.counts.strategies).toMatchObject({ new: strategy });
      expect(report.counts.loops).toMatchObject({ new: loop });
      expect(report.counts.models).toMatchObject({ new: model! - 2, skipped: 2 }); // two stand twice
      expect((await store.loops()).total).toBe(hints.first.distinct_task_loop);
      expect((await store.loops({ everyWorkspace: true })).total).toBe(loop);
      const done = await store.loops({ where: { materialization_status: "done" }, everyWorkspace: true });
      expect(done.total).toBe(hints.first.loops_consumable_done);
      expect(await store.counts()).toMatchObject({
        factors: 25,
        strategies: 27,
        models: 28,
        alpha_factors: 5,
      });
    });
  });

  it("is kept to the last field", async () => {
    const folder = results();
    await withStore(async (store) => {
      await sync(folder, store, quick);
      const text = readFileSync(join(folder, "aistock", "loop_catalog.json"), "utf8").replace(
        /-?\b(NaN|Infinity)\b/g,
        "null",
      );
      const { loops } = JSON.parse(text) as { loops: Record<string, unknown>[] };
      const { rows } = await store.loops({ everyWorkspace: true });
      const stored = rows.map(({ record }) => JSON.parse(record.replace(/:-?(NaN|Infinity)\b/g, ":null")));
      const byWorkspace = (a: Record<string, unknown>, b: Record<string, unknown>) =>
        JSON.stringify([a.task_run_id, a.loop_id, a.workspace_id]) <
        JSON.stringify([b.task_run_id, b.loop_id, b.workspace_id])
          ? -1
          : 1;
      expect(stored.sort(byWorkspace)).toEqual(loops.sort(byWorkspace));
      expect(rows.some(({ record }) => record.includes(":NaN"))).toBe(true);
    });
  });

  it("is the same the second time, and writes nothing then", async () => {
    const folder = results();
    await withStore(async (store) => {
      await sync(folder, store, quick);
      const before = await storeContents(store);
      const again = await sync(folder, store, quick);
      expect(again.counts).toEqual({});
      const full = await sync(folder, store, { ...quick, mode: "full" });
      for (const [kind, { new: added, changed, gone }] of Object.entries(full.counts)) {
        if (kind !== "performances") expect([kind, added, changed, gone]).toEqual([kind, 0, 0, 0]);
      }
      expect(await storeContents(store)).toEqual(before);
    });
  });

  it("comes over again after it changed: what is gone is marked, what the user noted stays", async () => {
    const folder = results();
    await withStore(async (store) => {
      await sync(folder, store, quick);
      const momentum = await store.factor("momentum_10D");
      await store.mark("factors", momentum, { favourite: true, tags: ["动量", "a%b"], note: "seen" });
      secondState(folder);
      const report = await sync(folder, store, quick);
      // One factor gained an expression, and so is another: the old one is gone.
      expect(report.counts.factors).toMatchObject({ new: 5, gone: 3, changed: 3 });
      expect(report.counts.strategies).toMatchObject({ new: 3, changed: 0, gone: 0 });
      expect(report.counts.loops).toMatchObject({ new: 3, changed: 3, gone: 0 });
      expect(report.counts.models).toMatchObject({ new: 3, gone: 0 });
      expect((await store.factors()).total).toBe(hints.second.records.factor);
      expect((await store.loops()).total).toBe(hints.second.distinct_task_loop);
      const gone = await store.factors({ gone: true, where: { name: "momentum_10D" } });
      expect(gone.rows[0]).toMatchObject({ marks: { favourite: true, tags: ["动量", "a%b"], note: "seen" } });
      expect(gone.rows[0]!.gone_at_utc).not.toBeNull();
      expect((await store.factors({ gone: true, tag: "a%b" })).total).toBe(1);
      expect((await store.factors({ gone: true, tag: "axb" })).total).toBe(0);
    });
  });

  it("is not taken for gone when a file is half written; what was good is kept", async () => {
    const folder = results();
    await withStore(async (store) => {
      await sync(folder, store, quick);
      const before = await store.counts();
      truncateSync(join(folder, "aistock", "factor_catalog.json"), 9000);
      const report = await sync(folder, store, quick);
      expect(report.state).toBe("partial");
      expect(report.problems).toEqual([
        {
          kind: "factors",
          problem: expect.stringContaining("is not a whole JSON catalogue: it ends in the middle"),
        },
      ]);
      expect(await store.counts()).toEqual(before);
    });
  });

  it("may lack any part", async () => {
    const folder = results();
    rmSync(join(folder, "registry.sqlite"));
    await withStore(async (store) => {
      const report = await sync(join(folder, "aistock"), store, quick);
      expect(report.state).toBe("done");
      expect(report.absent).toEqual(
        expect.arrayContaining(["alpha360", "task_runs", "workspaces", "artifacts", "performances"]),
      );
    });
    mkdirSync(join(scratch, "nothing"), { recursive: true });
    await withStore(async (store) => {
      await expect(sync(join(scratch, "nothing"), store)).rejects.toMatchObject({ code: "not-found" });
    });
  });

  it("of two versions, odd records and empty rows is imported as far as it is good", async () => {
    const folder = join(scratch, "odd");
    mkdirSync(folder);
    const loop = { task_run_id: "t", loop_id: 0, workspace_id: "w", sharpe: 1.5, decision: true };
    const write = (file: string, value: object) => writeFileSync(join(folder, file), JSON.stringify(value));
    write("factor_catalog.json", {
      version: "v1",
      factors: [
        { name: "a", tags: "text", own: { "0": 1 } },
        5,
        { source: "x" },
        { name: "b\u0000c" },
        { name: "a" },
      ],
    });
    write("loop_catalog.json", {
      version: "v1",
      loops: [loop, { ...loop, workspace_id: "v", sharpe: null, decision: null }],
    });
    write("model_catalog.json", { version: "v2", models: [{ model_id: "m" }] });
    await withStore(async (store) => {
      const report = await sync(folder, store, quick);
      expect(report.counts.factors).toMatchObject({ new: 3, refused: 2 });
      expect(report.problems).toEqual([
        { kind: "models", problem: expect.stringContaining('is of version "v2"') },
      ]);
      const records = await store.runRecords(report.runId);
      expect(records.filter(({ status }) => status === "failed").map(({ reason }) => reason)).toEqual([
        "it is not an object",
        "name is missing",
      ]);
      expect(records.find(({ record_key }) => record_key === '["a","",""]')?.reason).toBe(
        "tags is text, not a list",
      );
      expect((await store.loop("t", 0)).workspace_id).toBe("w");
      write("loop_catalog.json", {
        version: "v1",
        loops: [{ ...loop, sharpe: null, decision: null, status: "x" }],
      });
      const again = await sync(folder, store, quick);
      expect(again.counts.loops).toMatchObject({ skipped: 1, gone: 1 });
      expect((await store.loop("t", 0)).sharpe).toBe(1.5);
    });
  });

  it("is only counted by a dry run", async () => {
    const folder = results();
    await withStore(async (store) => {
      const report = await sync(folder, store, { ...quick, dryRun: true });
      expect(report.counts.factors).toMatchObject({ new: 25 });
      expect(await store.counts()).toMatchObject({ factors: 0, loops: 0 });
      expect(await store.runs()).toEqual([]);
    });
  });
});

describe("a results API", () => {
  it("gives what the folder gives", async () => {
    const folder = results();
    const server = await serveResults({ registry: join(folder, "registry.sqlite"), port: 0 });
    try {
      await withStore(async (fromFolder) => {
        await sync(folder, fromFolder, quick);
        await withStore(async (fromApi) => {
          const report = await sync(server.url, fromApi, quick);
          expect(report.problems).toEqual([]);
          const plain = (contents: Awaited<ReturnType<typeof storeContents>>) =>
            JSON.parse(
              JSON.stringify(contents).replace(/:-?(NaN|Infinity)\b/g, ":null"),
              (key, value: unknown) =>
                key === "digest" || key === "record" || key === "factor_metrics" ? undefined : value,
            ) as unknown;
          expect(plain(await storeContents(fromApi))).toEqual(plain(await storeContents(fromFolder)));
          const again = await sync(server.url, fromApi, quick);
          expect(again.counts).toEqual({});
          const rest = join(scratch, "second");
          cpSync(folder, rest, { recursive: true });
          secondState(folder);
          const changes = await sync(server.url, fromApi, quick);
          expect(changes.counts.factors).toMatchObject({ new: 5, gone: 3, changed: 3, same: 0 });
          expect(changes.counts.loops).toMatchObject({ new: 3, changed: 3, same: 0 });
        });
      });
    } finally {
      await server.close();
    }
  });
});
