import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aheadNotes } from "#src/expression/ahead.js";
import { extendEvaluation } from "#src/expression/append.js";
import type { NumericColumn } from "#src/expression/table.js";
import { propertyRuns } from "../property-runs.js";
import { evaluateTexts, type MemoryTable, planOn, tableOf } from "./memory-table.js";
import { planTexts } from "./plan-texts.js";

const { NaN: none } = Number;

/** A table from a grid: one line a session, one entry an instrument, undefined where it has no row. */
function gridTable(
  grid: readonly (readonly (number | undefined)[])[],
  more: Record<string, (cell: number) => number> = {},
): MemoryTable {
  const offsets = new Uint32Array(grid.length + 1);
  const codes: number[] = [];
  const cells: number[] = [];
  for (const [s, line] of grid.entries()) {
    for (const [i, cell] of line.entries()) {
      if (cell === undefined) continue;
      codes.push(i);
      cells.push(cell);
    }
    offsets[s + 1] = codes.length;
  }
  const instrumentCount = grid[0]?.length ?? 0;
  const columns: Record<string, NumericColumn> = { $x: Float32Array.from(cells) };
  for (const [name, of] of Object.entries(more)) columns[name] = Float32Array.from(cells, of);
  const instruments = Array.from({ length: instrumentCount }, (_, i) => `I${i}`);
  return tableOf(
    { sessionCount: grid.length, instrumentCount, offsets, codes: Int32Array.from(codes) },
    columns,
    instruments,
  );
}

/** One session of `count` instruments that have one number, as float64. */
function tableOfRow(count: number, x: number): MemoryTable {
  const keys = { sessionCount: 1, instrumentCount: count, offsets: Uint32Array.of(0, count) };
  const codes = Int32Array.from({ length: count }, (_, code) => code);
  return tableOf({ ...keys, codes }, { $x: new Float64Array(count).fill(x) });
}

const one = (table: MemoryTable, expression: string, options = {}): number[] =>
  Array.from(evaluateTexts(table, { out: expression }, options).columns.out!);

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }).map((v) => v / 8) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, none) },
);
const grids = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }))
  .chain(([wide, long]) =>
    fc.array(fc.array(cell, { minLength: wide, maxLength: wide }), { minLength: long, maxLength: long }),
  );
const MANY: Readonly<Record<string, string>> = {
  sum: "Sum($x, 3)",
  std: "Std($x, 4)/Mean($x, 7)",
  nested: "Mean(Ref(Std($x, 3), 2), 5)",
  line: "Slope($x, 6)+Resi($x, 5)+Rsquare($x, 7)",
  shape: "Skew($x, 6)-Kurt($x, 9)",
  places: "IdxMax($x, 5)-IdxMin($x, 3)+Rank($x, 8)",
  smooth: "EMA($x, 5)+WMA($x, 4)",
  all: "Mean($x, 0)",
  ahead: "Ref($x, -2)/Ref($x, -1)-1",
  back: "Ref(Ref($x, -3), 3)-Delta($x, -2)",
  cross: "CSRank(Mean($x, 3))-Mean(CSDemean($x), 4)",
  other: "Corr($x, ChangeInstrument('I0', $x), 6)",
};

describe("windows", () => {
  const table = gridTable([[1], [undefined], [3], [none], [6]]);
  it("calendar: a session without a row is a missing cell of the window", () => {
    expect(one(table, "Sum($x, 2)")).toEqual([1, 3, 3, 6]);
    expect(one(table, "Ref($x, 1)")).toEqual([none, none, 3, none]);
    expect(one(table, "Ref($x, 2)")).toEqual([none, 1, none, 3]);
  });
  it("rows: an instrument's own rows", () => {
    expect(one(table, "Sum($x, 2)", { windows: "rows" })).toEqual([1, 4, 3, 6]);
    expect(one(table, "Ref($x, 1)", { windows: "rows" })).toEqual([none, 1, 3, none]);
  });
});

describe("compat", () => {
  const table = gridTable([[5], [none], [7], [6]]);
  it("qlib takes a missing cell for the extreme, strict skips it", () => {
    expect(one(table, "IdxMax($x, 3)")).toEqual([1, 2, 2, 1]);
    expect(one(table, "IdxMax($x, 3)", { compat: "strict" })).toEqual([1, 1, 3, 2]);
  });
  it("qlib divides WMA once more by the count", () => {
    expect(one(table, "WMA($x, 2)", { compat: "strict" })[3]).toBeCloseTo((7 + 12) / 3, 5);
    expect(one(table, "WMA($x, 2)")[3]).toBeCloseTo((7 + 12) / 3 / 2, 5);
  });
});

describe("types are numpy's", () => {
  const table = gridTable([[0.1], [0.2]]);
  it("arithmetic on float32 columns is rounded to float32, and numbers with it", () => {
    const tenth = Math.fround(0.1);
    expect(one(table, "$x == 0.1")).toEqual([1, 0]);
    expect(one(table, "($x+1)-1")[0]).toBe(Math.fround(Math.fround(tenth + 1) - 1));
    expect(one(table, "(Mean($x, 1)+1)-1")[0]).toBe(Math.fround(tenth + 1 - 1));
  });
  it("conditions: comparisons with NaN are false, != true, and count as 0 and 1", () => {
    const gaps = gridTable([[none], [1]]);
    expect(one(gaps, "$x >= 0")).toEqual([0, 1]);
    expect(one(gaps, "$x != 1")).toEqual([1, 0]);
    expect(one(gaps, "Mean($x > 0, 2)")).toEqual([0, 0.5]);
    expect(one(gaps, "If(Not($x > 0), -1, $x)")).toEqual([-1, 1]);
    expect(one(gaps, "If($x, 1, 2)")).toEqual([1, 1]);
  });
});

describe("conditions among themselves", () => {
  // What numpy and pandas give, by qlib's own operators: np.add, np.multiply, np.maximum of bool; objects after a shift.
  const table = gridTable([[1], [2], [none], [5]], { $y: (x) => (x === 2 ? 3 : 0) });
  it.each([
    ["($x>0)+($y>0)", [1, 1, 0, 1]],
    ["(($x>0)+($y>0))&($y>0)", [0, 1, 0, 0]],
    ["Not(($x>0)*($y>0))", [1, 0, 1, 1]],
    ["Not(Greater($x>0, $y>0))", [0, 0, 1, 0]],
    ["Not(Abs($x>0))", [0, 0, 1, 0]],
    ["($x>0)+1", [2, 2, 1, 2]],
    ["Ref($x>0, 1)&($x>0)", [0, 1, 0, 0]],
    ["Ref($x>0, 1)|($y>0)", [0, 1, 1, 0]],
  ])("%s", (text, wanted) => expect(one(table, text)).toEqual(wanted));
  it("a condition at another time is a number to other operators, missing where there was none", () => {
    expect(one(table, "Ref($x>0, 1)+($x>0)")).toEqual([none, 2, 1, 1]);
    expect(() => one(table, "Not(Ref($x>0, 1))")).toThrow('"Not" joins conditions');
  });
});

describe("cross-sections", () => {
  const table = gridTable(
    [
      [3, 1, 1, none],
      [2, undefined, 4, 6],
    ],
    { $g: (v) => (v > 2 ? 1 : 0) },
  );
  it("rank, mean, demean, z-score over the session's rows", () => {
    expect(one(table, "CSRank($x)")).toEqual([1, 0.5, 0.5, none, Math.fround(1 / 3), Math.fround(2 / 3), 1]);
    expect(one(table, "CSMean($x)")).toEqual([5 / 3, 5 / 3, 5 / 3, 5 / 3, 4, 4, 4].map(Math.fround));
    expect(one(table, "CSDemean($x)").slice(4)).toEqual([-2, 0, 2]);
    expect(one(table, "CSZScore($x)").slice(4)).toEqual([-1, 0, 1]);
  });
  it("rank infinities as pandas does, and count them as missing in the others", () => {
    const wild = gridTable([[-Infinity, 2, Infinity, none, 4]]);
    expect(one(wild, "CSRank($x)")).toEqual([0.25, 0.5, 1, none, 0.75]);
    expect(one(wild, "CSMean($x)")).toEqual([3, 3, 3, 3, 3]);
    expect(one(wild, "CSDemean($x)")).toEqual([none, -1, none, none, 1]);
  });
  it("of equal cells have no z-score, as in pandas", () => {
    const equal = tableOfRow(7, 0.1);
    expect(one(equal, "CSZScore($x)")).toEqual(Array(7).fill(none));
    expect(one(equal, "CSDemean($x)")).toEqual(Array(7).fill(0));
    expect(one(equal, "CSMean($x)")).toEqual(Array(7).fill(Math.fround(0.1)));
  });
  it("neutralizes by group", () => {
    expect(one(table, "CSNeutralize($x, $g)")).toEqual([0, 0, 0, none, 0, -1, 1]);
  });
  it("goes through windows and back", () => {
    expect(one(table, "Mean(CSDemean($x), 2)-CSMean(Ref($x, 1))")).toEqual(
      [none, none, none, none, (4 / 3 - 2) / 2 - 2, (-2 / 3 + 0) / 2 - 2, 2 - 2].map(Math.fround),
    );
  });
});

describe("another instrument's series", () => {
  const table = gridTable([
    [undefined, 10],
    [1, 20],
    [2, undefined],
    [3, 40],
  ]);
  it("is taken session by session, and its windows are its own", () => {
    expect(one(table, "ChangeInstrument('I1', $x)")).toEqual([10, 20, 20, none, 40, 40]);
    expect(one(table, "Mask(Sum($x, 2), 'I1')-$x")).toEqual([0, 29, 10, 18, 37, 0]);
    expect(one(table, "Sum(ChangeInstrument('I1', $x), 2)")).toEqual([10, 30, 30, 20, 40, 40]);
  });
});

describe("equal windows", () => {
  it.each([
    ["Mean($x, 5)"],
    ["Std($x, 5)"],
    ["Var($x, 6)"],
    ["Skew($x, 5)"],
    ["Kurt($x, 6)"],
    ["Slope($x, 5)"],
    ["Rsquare($x, 5)"],
    ["Resi($x, 5)"],
    ["Corr($x, Ref($x, 1), 5)"],
    ["Cov($x, Ref($x, 1), 6)"],
  ])("have equal bits, wherever a stretch of the sums begins: %s", (text) => {
    const cycle = [-1, 1, 1, 1, 0, 3, -1];
    const table = gridTable(Array.from({ length: 210 }, (_, s) => [cycle[s % cycle.length]!]));
    const same = one(table, `${text} == Ref(${text}, 7)`).slice(14);
    expect(new Set(same)).toEqual(new Set([1]));
  });

  it("of prices are found equal to what their mean is", () => {
    const table = gridTable([-1, 1, 1, 1, 0, 1, -1, 1, 0, 1].map((x) => [x]));
    expect(one(table, "Mean($x, 5) == 0.4")).toEqual([0, 0, 0, 0, 1, 0, 1, 1, 0, 1]);
    expect(one(table, "Rank(Mean($x, 5), 10)")[6]).toBe(Math.fround(4.5 / 7));
  });
});

describe("parts are equal to the whole", () => {
  it("over more sessions than one task computes", () => {
    const sessions = 1300;
    const table = gridTable(
      Array.from({ length: sessions }, (_, s) => [1, 2, 3].map((i) => Math.sin(s * s * i) + 2)),
    );
    const crossed = Object.entries(MANY).map(([name, text]) => [`cs_${name}`, `CSDemean(${text})`]);
    const expressions = { ...MANY, ...Object.fromEntries(crossed) };
    const { columns } = evaluateTexts(table, expressions);
    // Without gaps windows of rows are the same, and are computed over all sessions at once.
    expect(columns).toEqual(evaluateTexts(table, expressions, { windows: "rows" }).columns);
    for (let from = 0; from < sessions; from += 260) {
      const part = evaluateTexts(table, expressions, { sessions: { from, to: from + 260 } });
      for (const name of Object.keys(expressions)) {
        expect(part.columns[name]).toEqual(columns[name]!.slice(part.firstRow, part.lastRow));
      }
    }
  });

  for (const windows of ["calendar", "rows"] as const) {
    it(`any sessions, ${windows} windows: bit by bit`, () => {
      fc.assert(
        fc.property(grids, fc.nat(), fc.nat(), (grid, a, b) => {
          const table = gridTable(grid);
          const [from, to] = [a % (grid.length + 1), b % (grid.length + 1)].sort((u, v) => u - v) as [
            number,
            number,
          ];
          const whole = evaluateTexts(table, MANY, { windows });
          const part = evaluateTexts(table, MANY, { windows, sessions: { from, to } });
          expect([part.firstRow, part.lastRow]).toEqual([table.offsets[from], table.offsets[to]]);
          for (const name of Object.keys(MANY)) {
            expect({ name, cells: part.columns[name] }).toEqual({
              name,
              cells: whole.columns[name]!.slice(part.firstRow, part.lastRow),
            });
          }
        }),
        propertyRuns(500, 30),
      );
    });

    it(`grown by sessions, ${windows} windows: equals the batch, and computes little`, () => {
      fc.assert(
        fc.property(grids, fc.nat(), (grid, a) => {
          const known = a % (grid.length + 1);
          const table = gridTable(grid);
          const before = evaluateTexts(
            gridTable(grid.slice(0, known).concat(known === 0 ? [grid[0]!.map(() => undefined)] : [])),
            MANY,
            { windows },
          );
          const grown = extendEvaluation(table, planOn(table, MANY), before.columns, known, { windows });
          const { columns } = evaluateTexts(table, MANY, { windows });
          expect(grown.columns).toEqual(columns);
          if (windows === "rows") return;
          // MANY looks two positions ahead: of the new sessions, and of where a series ended that goes on now.
          const ends = grid[0]!.map((_, code) => {
            const own = [...grid.keys()].filter((session) => grid[session]![code] !== undefined);
            const old = own.filter((session) => session < known);
            return old.length > 0 && old.length < own.length ? old.at(-1)! + 1 : known;
          });
          expect(grown.computedFrom).toBe(Math.max(0, Math.min(known, ...ends) - 2));
        }),
        propertyRuns(501, 30),
      );
    });
  }

  for (const windows of ["calendar", "rows"] as const) {
    it(`some sessions at a time, in ${windows} windows`, () => {
      fc.assert(
        fc.property(grids, fc.integer({ min: 1, max: 9 }), (grid, step) => {
          const table = gridTable(grid);
          const { columns } = evaluateTexts(table, MANY, { windows });
          for (const name of Object.keys(MANY)) {
            const parts: number[] = [];
            for (let from = 0; from < grid.length; from += step) {
              const sessions = { from, to: Math.min(grid.length, from + step) };
              parts.push(...evaluateTexts(table, MANY, { windows, sessions }).columns[name]!);
            }
            expect(parts).toEqual([...columns[name]!]);
          }
        }),
        propertyRuns(502, 20),
      );
    });
  }

  it("any set of roots, though one be part of another or stand there twice, gives what each gives alone", () => {
    const leaves = ["$x", "$y", "Ref($x, 1)", "Mean($x, 3)", "Std($y, 4)", "Sum($x, 2)"];
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(...leaves),
        fc.tuple(tie("tree"), fc.constantFrom("/", "/", "-", "*"), tie("tree")).map((t) => `(${t.join("")})`),
        tie("tree").map((inner) => `Mean(${inner}, 2)`),
        tie("tree").map((inner) => `CSRank(${inner})`),
      ),
    }));
    const sets = fc
      .array(tree, { minLength: 1, maxLength: 12 })
      .map((trees) => trees.flatMap((text) => [text, text, `${text}/$y`, `Mean(${text}/$y, 2)`]))
      .chain((texts) => fc.shuffledSubarray(texts, { minLength: 1 }));
    fc.assert(
      fc.property(grids, sets, fc.constantFrom("calendar", "rows"), (grid, texts, windows) => {
        const table = gridTable(grid, { $y: (x) => x * x + 1 });
        const named = Object.fromEntries(texts.map((text, i) => [`f${i}`, text]));
        const { columns } = evaluateTexts(table, named, { windows });
        for (const [name, text] of Object.entries(named)) {
          const alone = evaluateTexts(table, { out: text }, { windows }).columns.out;
          expect(columns[name], `${name}: ${text}`).toEqual(alone);
        }
      }),
      propertyRuns(503, 60),
    );
  });

  it("nothing, and thousands of roots that share a kernel", () => {
    const table = gridTable([
      [1, 2],
      [3, 5],
      [8, none],
    ]);
    expect(evaluateTexts(table, {}).columns).toEqual({});
    const many = Object.fromEntries(Array.from({ length: 9000 }, (_, k) => [`f${k}`, `Mean($x, 2)*${k}`]));
    const { columns } = evaluateTexts(table, many);
    expect([...columns.f7!]).toEqual([7, 14, 14, 24.5, 38.5, 35]);
    expect([...columns.f8999!]).toEqual([8999, 17998, 17998, 31496.5, 49494.5, 44995]);
  });

  it("says what it cannot extend", () => {
    const table = gridTable([[1], [2]]);
    const plan = planOn(table, { m: "Mean($x, 2)" });
    expect(() => extendEvaluation(table, plan, { m: new Float32Array(2) }, 1)).toThrowError(
      expect.objectContaining({
        code: "bad-request",
        message: 'the previous column "m" has 2 cells; the first 1 sessions have 1 rows',
      }),
    );
    expect(() => evaluateTexts(table, { m: "$x" }, { sessions: { from: 1, to: 3 } })).toThrowError(
      expect.objectContaining({ message: "sessions [1, 3) are not within the table's 2 sessions" }),
    );
  });
});

describe("look-ahead", () => {
  const expressions = { label: "Ref($x, -1)/$x-1", factor: "Mean($x, 2)", odd: "Delta($x, -1)" };
  it("is told unless it is declared a label", () => {
    const plan = planTexts(expressions);
    expect(plan.aheadOf).toEqual(["label", "odd"]);
    const told = aheadNotes(plan, () => undefined, ["label"]);
    expect(told.map(({ fields }) => fields)).toEqual([["odd"]]);
  });
});

describe("a request that cannot be meant", () => {
  it.each([
    [{ a: 5 }, "bad-expression", 'an expression is text, such as "Mean($close, 5)", not 5'],
    [{ a: undefined }, "bad-expression", 'an expression is text, such as "Mean($close, 5)", not undefined'],
    ["$x", "bad-request", "expressions: expected an object of names and values, got $x"],
    [null, "bad-request", "expressions: expected an object of names and values, got null"],
    [["$x"], "bad-request", "expressions: expected an object of names and values, got Array"],
  ])("is refused: %j", (expressions, code, message) => {
    expect(() => planTexts(expressions as unknown as Record<string, string>)).toThrowError(
      expect.objectContaining({ code, message }),
    );
  });

  it("labels that are no list", () => {
    const labels = "abc" as unknown as string[];
    expect(() => aheadNotes(planTexts({ a: "Ref($x, -1)" }), () => undefined, labels)).toThrowError(
      expect.objectContaining({
        code: "bad-request",
        message: 'labels: "abc" is not a list; give the names of expressions, such as ["label"]',
      }),
    );
  });
});
