import { afterEach, describe, expect, it, vi } from "vitest";
import { Arena } from "#src/expression/arena.js";
import { STATIC_BYTES } from "#src/expression/kernels.js";
import { workingBytes } from "#src/expression/working-memory.js";
import { alpha158 } from "#src/factors/alpha158.js";
import { evaluateTexts, type MemoryTable, planOn, tableOf } from "./memory-table.js";

/** Every instrument in every session. */
function market(instruments: number, sessions: number): MemoryTable {
  const rows = instruments * sessions;
  const cells = Float32Array.from({ length: rows }, (_, row) => 10 + Math.sin(row * row));
  const fields = ["open", "high", "low", "close", "volume", "vwap"];
  return tableOf(
    {
      sessionCount: sessions,
      instrumentCount: instruments,
      offsets: Uint32Array.from({ length: sessions + 1 }, (_, s) => s * instruments),
      codes: Int32Array.from({ length: rows }, (_, row) => row % instruments),
    },
    Object.fromEntries(fields.map((field) => [`$${field}`, cells])),
    Array.from({ length: instruments }, (_, i) => `I${i}`),
  );
}

/** The most of the kernels' memory that was handed out, and the bytes of all Float64Arrays that were made. */
function countMemory(): { kernels: number; float64: number } {
  const counted = { kernels: 0, float64: 0 };
  const { take } = Arena.prototype;
  vi.spyOn(Arena.prototype, "take").mockImplementation(function (this: Arena, bytes) {
    const address = take.call(this, bytes);
    counted.kernels = Math.max(counted.kernels, this.mark - STATIC_BYTES);
    return address;
  });
  const construct = (made: Float64ArrayConstructor, given: unknown[], as: () => void): Float64Array => {
    if (typeof given[0] === "number") counted.float64 += 8 * given[0];
    return Reflect.construct(made, given, as) as Float64Array;
  };
  vi.stubGlobal("Float64Array", new Proxy(Float64Array, { construct }));
  return counted;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("workingBytes", () => {
  const table = market(150, 700);
  it.each([
    ["a field", { x: "$close" }, undefined, 0],
    ["windows", { x: "Mean($close, 60)/$open", y: "Std($volume, 20)+1" }, undefined, 0],
    ["some sessions", { x: "Corr($close, $volume, 250)" }, { from: 400, to: 500 }, 0],
    ["Alpha158", alpha158(), { from: 300, to: 700 }, 0],
    ["a cross-section", { x: "CSRank(Mean($close, 5))" }, { from: 600, to: 601 }, 0],
    ["cross-sections of one", { x: "CSZScore(CSRank($close)-$open)", y: "CSRank($low)" }, undefined, 2],
    ["another instrument", { x: "Corr($close, ChangeInstrument('I3', $close), 6)" }, undefined, 0],
  ])("is what %s takes", (_, expressions, range, freed) => {
    const sessions = range ?? { from: 0, to: table.sessionCount };
    const estimate = workingBytes(table, planOn(table, expressions), sessions);
    const counted = countMemory();
    evaluateTexts(table, expressions, { sessions });
    const earlier = 8 * freed * table.codes.length; // inputs of a stage that nothing later reads
    const taken = counted.kernels + counted.float64 - earlier;
    expect(estimate / taken).toBeGreaterThan(0.99);
    expect(estimate / taken).toBeLessThan(1.01);
  });
});
