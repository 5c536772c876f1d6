import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { evaluateExpressions } from "../../src/expression/evaluate.js";
import { tableOf } from "../../src/expression/table.js";
import { requireBuild, root } from "../built-package.js";

type Threads = typeof import("../../src/expression/threads.js");

/** The built module: Node starts its worker from a file. */
function builtThreads(): Promise<Threads> {
  requireBuild();
  return import(pathToFileURL(join(root, "dist", "expression", "threads.js")).href) as Promise<Threads>;
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
const expressions = {
  mean: "Mean($x, 5)/Std($x, 7)",
  cross: "CSRank(Mean($x, 3))-Rank($x, 9)",
  other: "Corr($x, ChangeInstrument('I3', $x), 6)",
};

describe("evaluateInThreads", () => {
  it("gives what one thread gives, bit by bit, in shared memory", async () => {
    const { evaluateInThreads } = await builtThreads();
    const options = { sessions: { from: 3, to: 35 } };
    const single = evaluateExpressions(table, expressions, options);
    const several = await evaluateInThreads(table, expressions, { ...options, threads: 3 });
    expect(several.columns.mean!.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const name of Object.keys(expressions)) {
      expect(Array.from(several.columns[name]!)).toEqual(Array.from(single.columns[name]!));
    }
  });

  it("does small work on this thread", async () => {
    const { evaluateInThreads } = await builtThreads();
    const { columns } = await evaluateInThreads(table, expressions);
    expect(columns.mean!.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("fails as one thread does", async () => {
    const { evaluateInThreads } = await builtThreads();
    await expect(evaluateInThreads(table, { bad: "Mean($y, 5)" }, { threads: 2 })).rejects.toMatchObject({
      code: "bad-expression",
      message: 'unknown field "$y"; did you mean "$x"?\n  Mean($y, 5)\n       ^',
    });
  });
});
