import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { evaluateInThreads } from "#src/expression/threads.js";
import { modules } from "../../scripts/build.mjs";
import { importBuilt, requireBuild } from "../built-package.js";
import { evaluateTexts, planOn, tableOf } from "./memory-table.js";

type Threads = typeof import("#src/expression/threads.js");

/** Node starts a worker from a file: the tests use the built modules. */
function builtThreads(): Promise<Threads> {
  requireBuild();
  return import(pathToFileURL(join(modules, "expression", "threads.js")).href) as Promise<Threads>;
}

const instruments = 70;
const sessions = 40;
const table = tableOf(
  {
    sessionCount: sessions,
    instrumentCount: instruments,
    offsets: Uint32Array.from({ length: sessions + 1 }, (_, s) => s * instruments),
    codes: Int32Array.from({ length: sessions * instruments }, (_, row) => row % instruments),
  },
  { $x: Float32Array.from({ length: sessions * instruments }, (_, row) => Math.sin(row * row)) },
  Array.from({ length: instruments }, (_, i) => `I${i}`),
);
/** A worker that runs `code` and never takes part; what has been terminated is told. */
class IdleWorker extends Worker {
  terminated = false;
  constructor(code = "setInterval(() => undefined, 1000)") {
    super(code, { eval: true });
  }

  override terminate(): Promise<number> {
    this.terminated = true;
    return super.terminate();
  }
}

const expressions = {
  mean: "Mean($x, 5)/Std($x, 7)",
  cross: "CSRank(Mean($x, 3))-Rank($x, 9)",
  other: "Corr($x, ChangeInstrument('I3', $x), 6)",
};
const plan = planOn(table, expressions);

describe("threads", () => {
  it.each([Number.NaN, 0, 1.5, -2, 1e6])("%s are refused", async (threads) => {
    await expect(evaluateInThreads(table, plan, { threads })).rejects.toMatchObject({
      code: "bad-request",
      message: `threads: ${threads} is not a whole number from 1 to 256`,
    });
  });

  it("that do not start end those that have", async () => {
    const started: IdleWorker[] = [];
    const start = async () => {
      if (started.length === 2) throw new Error("no more threads");
      return started[started.push(new IdleWorker()) - 1]!;
    };
    await expect(evaluateInThreads(table, plan, { threads: 5 }, start)).rejects.toMatchObject({
      code: "thread-failed",
      message:
        "a worker thread failed: no more threads; compute with threads: 1, or fewer rows or expressions at a time",
    });
    expect(started.map(({ terminated }) => terminated)).toEqual([true, true]);
  });

  it("that end before their work is done are an error of ours", async () => {
    const start = async () => new IdleWorker("process.exit(3)");
    await expect(evaluateInThreads(table, plan, { threads: 2 }, start)).rejects.toMatchObject({
      code: "thread-failed",
      message: expect.stringContaining("a worker thread failed: the worker exited with code 3;"),
    });
  });
});

describe("evaluateInThreads", () => {
  it("gives what one thread gives, bit by bit, in shared memory", async () => {
    const { evaluateInThreads } = await builtThreads();
    const options = { sessions: { from: 3, to: 35 } };
    const single = evaluateTexts(table, expressions, options);
    const several = await evaluateInThreads(table, plan, { ...options, threads: 3 });
    expect(several.columns.mean!.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const name of Object.keys(expressions)) {
      expect(Array.from(several.columns[name]!)).toEqual(Array.from(single.columns[name]!));
    }
  });

  it("does small work on this thread", async () => {
    const { evaluateInThreads } = await builtThreads();
    const { columns } = await evaluateInThreads(table, plan);
    expect(columns.mean!.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("fails as one thread does", async () => {
    const { evaluateInThreads } = await builtThreads();
    const sessions = { from: 3, to: 99 };
    await expect(evaluateInThreads(table, plan, { threads: 2, sessions })).rejects.toMatchObject({
      code: "bad-request",
      message: "sessions [3, 99) are not within the table's 40 sessions",
    });
  });

  it("is a method of Panel, and tells how far it is", async () => {
    const { panelFromColumns } = await importBuilt();
    const panel = panelFromColumns({
      datetime: Array.from({ length: 60 }, (_, row) => `2020-01-${String(1 + (row >> 2)).padStart(2, "0")}`),
      instrument: Array.from({ length: 60 }, (_, row) => `60000${row & 3}.SH`),
      columns: { close: Float32Array.from({ length: 60 }, (_, row) => Math.sqrt(row)) },
    });
    const factors = { ma: "Mean($close, 3)" };
    const told: string[] = [];
    const onProgress = ({ rows, totalRows }: { rows: number; totalRows: number }) =>
      told.push(`${rows}/${totalRows}`);
    const several = await panel.evaluateInThreads(factors, { threads: 2, start: "2020-01-05", onProgress });
    const single = panel.evaluate(factors, { start: "2020-01-05" });
    expect(several.toRows()).toEqual(single.toRows());
    expect(told.at(-1)).toBe("44/44");
  });

  it("gives columns that every format writes", async () => {
    const { openPanel, panelFromColumns } = await importBuilt();
    const panel = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-03", "2020-01-06"],
      instrument: ["600000.SH", "600000.SH", "600000.SH"],
      columns: { close: Float32Array.of(1, 2, 4) },
    });
    const factors = await panel.evaluateInThreads({ ma: "Mean($close, 2)" }, { threads: 2 });
    const folder = mkdtempSync(join(tmpdir(), "threads-"));
    for (const extension of ["h5", "parquet", "arrow", "csv"]) {
      const path = join(folder, `factors.${extension}`);
      await factors.write(path);
      expect([...(await openPanel(path)).column("ma").values]).toEqual([1, 1.5, 3]);
    }
    rmSync(folder, { recursive: true });
    expect((await factors.sql("SELECT sum(ma) AS total FROM panel")).toRows()).toEqual([{ total: 5.5 }]);
  });
});
