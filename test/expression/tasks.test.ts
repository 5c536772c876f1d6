import { describe, expect, it } from "vitest";
import type { Program } from "#src/expression/program.js";
import { tasksOf } from "#src/expression/tasks.js";
import { evaluateTexts, type MemoryTable, tableOf } from "./memory-table.js";

/** A pass over a market that need not exist: only its size counts. */
function tasks(
  size: { sessions: number; instruments: number; back?: number; roots?: number; windows?: "rows" },
  resultBytes?: number,
) {
  const { sessions, instruments, back = 0, roots = 1, windows = "calendar" } = size;
  const program = { roots: Array.from({ length: roots }, (_, i) => i) } as unknown as Program;
  const column = { by: "row", cells: new Float32Array(0), firstRow: 0 } as const;
  const empty = new Int32Array(0);
  const all = { from: 0, to: sessions };
  return tasksOf(
    {
      keys: {
        sessionCount: sessions,
        instrumentCount: instruments,
        offsets: new Uint32Array(0),
        codes: empty,
      },
      extent: { windows, sessions: all, back, ahead: 0, readable: all },
      programs: [program],
      columns: [column],
    },
    resultBytes,
  );
}

describe("tasks", () => {
  it("are whole where all is small", () => {
    expect(tasks({ sessions: 300, instruments: 40 })).toEqual([
      { first: 0, count: 40, sessions: { from: 0, to: 300 } },
    ]);
  });

  it("take some sessions at a time, and all instruments of these first", () => {
    const all = tasks({ sessions: 1000, instruments: 2000, back: 60 });
    expect(all.map(({ first, count, sessions }) => [first, count, sessions.from, sessions.to])).toEqual([
      [0, 1000, 0, 334],
      [1000, 1000, 0, 334],
      [0, 1000, 334, 668],
      [1000, 1000, 334, 668],
      [0, 1000, 668, 1000],
      [1000, 1000, 668, 1000],
    ]);
  });

  it("do not cut sessions where windows have no end, or count rows", () => {
    const whole = [{ from: 0, to: 5000 }];
    for (const size of [{ back: Number.POSITIVE_INFINITY }, { windows: "rows" as const }]) {
      const ranges = tasks({ sessions: 5000, instruments: 10, ...size }).map(({ sessions }) => sessions);
      expect(ranges).toEqual(whole);
    }
  });

  it("of a million sessions with 64 results have few instruments: their memory ends at 4 GB", () => {
    const size = { sessions: 1_000_000, instruments: 5000, back: Number.POSITIVE_INFINITY, roots: 64 };
    expect(tasks(size)[0]!.count).toBeLessThanOrEqual(4);
    expect(tasks({ sessions: 0, instruments: 3 })).toEqual([]);
  });
});

/** Reproducible numbers in [0, 1). */
function* noise(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Instruments that are listed, suspended and delisted at their own times; a few cells are NaN. */
function market(instruments: number, sessions: number, only?: number): MemoryTable {
  const random = noise(7);
  const next = () => random.next().value as number;
  const [offsets, codes, x, y] = [[0], [] as number[], [] as number[], [] as number[]];
  const spans = Array.from({ length: instruments }, () => [
    Math.floor((next() - 0.3) * sessions),
    Math.floor((0.5 + next()) * sessions),
  ]);
  for (let s = 0; s < sessions; s++) {
    for (let code = 0; code < instruments; code++) {
      const [a, b, c] = [next(), next(), next()];
      const isThere = s >= spans[code]![0]! && s < spans[code]![1]! && a > 0.03;
      if (!isThere || (only !== undefined && only !== code)) continue;
      codes.push(code);
      x.push(a > 0.98 ? Number.NaN : 10 + Math.round(40 * b) / 8);
      y.push(c > 0.99 ? Number.NaN : c * 1e6);
    }
    offsets.push(codes.length);
  }
  const keys = {
    sessionCount: sessions,
    instrumentCount: instruments,
    offsets: Uint32Array.from(offsets),
    codes: Int32Array.from(codes),
  };
  return tableOf(keys, { $x: Float32Array.from(x), $y: Float32Array.from(y) });
}

const FACTORS: Readonly<Record<string, string>> = {
  sums: "Sum($x, 7)/Mean($x, 30)",
  std: "Std($x, 20)+Var(If($x > 12, $y, 0), 10)",
  shape: "Skew($x, 12)-Kurt($y, 30)",
  line: "Slope($x, 20)+Resi($y, 10)*Rsquare($x, 30)",
  pairs: "Corr($x, Log($y+1), 20)+Cov($x/Ref($x, 1), $y, 10)",
  places: "IdxMax($x, 30)-IdxMin($y, 5)",
  extremes: "(Max($x, 20)-Min($y, 60))/Ref($x, -3)",
  order: "Rank($x, 20)+Quantile($y, 30, 0.8)+Med($x, 9)",
  wide: "Rank($x, 120)-Quantile($y, 120, 0.3)",
  conditions: "Mean($x > Ref($x, 1), 10)+Count($y, 8)",
  smooth: "WMA($x, 15)-Mad($y, 6)",
  whole: "EMA($x, 12)+Mean($y, 0)+Ref($x, 0)",
};

describe("an instrument's values do not depend on which others are computed beside it", () => {
  for (const windows of ["calendar", "rows"] as const) {
    it(`${windows} windows, tasks of some sessions`, () => {
      const [instruments, sessions] = [23, 900];
      const all = market(instruments, sessions);
      for (const [name, expression] of Object.entries(FACTORS)) {
        const { columns } = evaluateTexts(all, { name: expression }, { windows });
        for (const code of [0, 1, 8, 22]) {
          const alone = evaluateTexts(market(instruments, sessions, code), { name: expression }, { windows });
          const own = columns.name!.filter((_, row) => all.codes[row] === code);
          expect({ name, code, cells: alone.columns.name }).toEqual({ name, code, cells: own });
        }
      }
    });
  }

  it("tasks of some instruments", () => {
    const [instruments, sessions] = [1300, 40];
    const all = market(instruments, sessions);
    const { columns } = evaluateTexts(all, FACTORS);
    for (const code of [3, 649, 650, 1299]) {
      const alone = evaluateTexts(market(instruments, sessions, code), FACTORS);
      for (const name of Object.keys(FACTORS)) {
        const own = columns[name]!.filter((_, row) => all.codes[row] === code);
        expect({ name, code, cells: alone.columns[name] }).toEqual({ name, code, cells: own });
      }
    }
  });

  it("all at once or a few sessions at a time, bit by bit", () => {
    const all = market(11, 800);
    const { columns } = evaluateTexts(all, FACTORS);
    for (const [from, to] of [
      [0, 90],
      [255, 258],
      [500, 800],
      [799, 800],
    ] as const) {
      const part = evaluateTexts(all, FACTORS, { sessions: { from, to } });
      for (const name of Object.keys(FACTORS)) {
        const own = columns[name]!.subarray(part.firstRow, part.lastRow);
        expect({ name, from, cells: part.columns[name] }).toEqual({ name, from, cells: own });
      }
    }
  });
});
