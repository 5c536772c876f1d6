import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { propertyRuns } from "../property-runs.js";
import { evaluateTexts, tableOf } from "./memory-table.js";
import { exponential, NAIVE, NAIVE_STRICT, type Naive, pairOf, quantile, variance } from "./naive.js";

/** A run of cells of one kind: noise at some scale, one value repeated, or nothing. */
const stretch = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 }),
  },
  { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: 2, max: 14 }))
      .map(([v, n]) => Array<number>(n).fill(v)),
  },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 14 }).map((n) => Array<number>(n).fill(Number.NaN)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([1e17], [-1e17], [1e12, 1e12 + 1], [1e-9, 3e-9], [5000000, 5000000.25]),
  },
);
const series = fc.array(stretch, { minLength: 1, maxLength: 8 }).map((parts) => parts.flat());
const windows = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 10, 20, 500);
/** Sessions before the first row: windows are cut into stretches by absolute position. */
const delay = fc.integer({ min: 0, max: 11 });

function run(
  columns: Record<string, readonly number[]>,
  before: number,
  expression: string,
  compat: "qlib" | "strict",
): Float32Array {
  const n = Object.values(columns)[0]!.length;
  const offsets = Uint32Array.from({ length: before + n + 1 }, (_, s) => Math.max(0, s - before));
  const table = tableOf(
    { sessionCount: before + n, instrumentCount: 1, offsets, codes: new Int32Array(n) },
    Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, Float64Array.from(cells)])),
  );
  return evaluateTexts(table, { out: expression }, { compat }).columns.out!;
}

/** Float32 of the definition, or as near as sums in float64 over cells of this size can come. */
function agrees(got: number, want: number, slack: number): boolean {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got);
  const rounded = Math.fround(want);
  return got === rounded || Math.abs(got - want) <= 2e-7 * Math.abs(want) + slack;
}

function windowsOf(x: readonly number[], window: number, t: number): number[] {
  return x.slice(window === 0 ? 0 : Math.max(0, t - window + 1), t + 1);
}
const present = (w: readonly number[]): number[] => w.filter((v) => !Number.isNaN(v));
const reach = (p: readonly number[]): number => Math.max(...p) - Math.min(...p);

/** How far rounding may take an operator: in the unit of its result, for a window with these cells. */
function slackOf(name: string, p: readonly number[]): number {
  const size = Math.max(...p.map(Math.abs), 0);
  if (["Max", "Min", "IdxMax", "IdxMin", "Rank", "Quantile", "Med"].includes(name)) return 0;
  if (name === "Sum" || name === "WMA" || name === "Mean" || name === "Mad") return 1e-14 * size * p.length;
  if (name === "Var") return 1e-12 * reach(p) ** 2 + 1e-24 * size ** 2;
  if (name === "Rsquare") return 1e-6 + 1e-9 * (size / Math.sqrt(variance(p))) ** 2;
  if (name === "Skew" || name === "Kurt") return 1e-6 + 1e-12 * (size / Math.sqrt(variance(p))) ** 2;
  return 1e-11 * reach(p) + 1e-13 * size;
}

/** Where a threshold (a std of 2e-5, a variance of 1e-14) decides, rounding may fall on either side. */
function undecided(name: string, p: readonly number[]): boolean {
  if (p.length < 2) return false;
  const size = Math.max(...p.map(Math.abs));
  const std = Math.sqrt(variance(p));
  if (name === "Rsquare") return Math.abs(std - 2e-5) < 1e-8 + 1e-14 * size;
  if (name === "Skew" || name === "Kurt") return std > 0 && Math.abs(std - 1e-7) < 1e-7 + 1e-14 * size;
  return false;
}

function check(
  name: string,
  naive: Naive,
  compat: "qlib" | "strict",
  make: (window: number) => string,
  seed: number,
): void {
  const least = { Skew: 3, Kurt: 4 }[name] ?? 1;
  fc.assert(
    fc.property(series, windows, delay, (x, asked, before) => {
      const window = asked !== 0 && asked < least ? least : asked;
      const got = run({ $x: x }, before, make(window), compat);
      for (let t = 0; t < x.length; t++) {
        const w = windowsOf(x, window, t);
        const p = present(w);
        const noFlat = name === "Rsquare" && window === 0;
        if (undecided(name, p) || (noFlat && p.length > 1 && variance(p) < 1e-8)) continue;
        const want = p.length === 0 ? Number.NaN : naive(w, p);
        if (!agrees(got[t]!, want, slackOf(name, p))) {
          expect({ t, got: got[t], want, w }).toEqual({ t, got: want, want, w });
        }
      }
    }),
    propertyRuns(seed, 150),
  );
}

describe("every rolling operator is its definition", () => {
  for (const [i, [name, naive]] of Object.entries(NAIVE).entries()) {
    it(name, () => check(name, naive, "qlib", (n) => `${name}($x, ${n})`, 100 + i));
  }
  for (const [i, [name, naive]] of Object.entries(NAIVE_STRICT).entries()) {
    it(`${name}, strict`, () => check(name, naive, "strict", (n) => `${name}($x, ${n})`, 200 + i));
  }
  for (const q of [0, 0.2, 0.5, 0.8, 1]) {
    it(`Quantile ${q}`, () => {
      check(
        "Quantile",
        (_, p) => quantile(p, q),
        "qlib",
        (n) => `Quantile($x, ${n}, ${q})`,
        300 + 10 * q,
      );
    });
  }

  it("Rank, Med and Quantile of wide windows, which are kept sorted another way", () => {
    const cell = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.constant(Number.NaN));
    const long = fc.array(cell, { minLength: 90, maxLength: 260 });
    const asked: readonly (readonly [string, Naive])[] = [
      ["Rank($x, N)", NAIVE.Rank!],
      ["Med($x, N)", NAIVE.Med!],
      ["Quantile($x, N, 0.3)", (_, p) => quantile(p, 0.3)],
    ];
    fc.assert(
      fc.property(
        long,
        fc.constantFrom(0, 95, 96, 97, 150),
        fc.constantFrom(...asked),
        (x, window, [text, naive]) => {
          const got = run({ $x: x }, 0, text.replace("N", `${window}`), "qlib");
          for (let t = 0; t < x.length; t++) {
            const w = windowsOf(x, window, t);
            const want = present(w).length === 0 ? Number.NaN : naive(w, present(w));
            expect({ t, ok: agrees(got[t]!, want, 0) }).toEqual({ t, ok: true });
          }
        },
      ),
      propertyRuns(403, 60),
    );
  });

  it("Count counts what is not NaN, infinities too", () => {
    fc.assert(
      fc.property(series, windows, (x, window) => {
        const cells = x.map((v) => (v === 0 ? Number.POSITIVE_INFINITY : v));
        const got = run({ $x: cells }, 0, `Count($x, ${window})`, "qlib");
        expect([...got]).toEqual(x.map((_, t) => present(windowsOf(x, window, t)).length));
      }),
      propertyRuns(400, 100),
    );
  });

  it("Corr and Cov, cells missing on one side only", () => {
    const pairs = fc.array(
      fc.tuple(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.integer({ min: 0, max: 9 }),
      ),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(pairs, windows, delay, fc.boolean(), (cells, window, before, alike) => {
        const x = cells.map(([a, , gap]) => (gap === 0 ? Number.NaN : a));
        const y = cells.map(([, b, gap]) => (gap === (alike ? 0 : 1) ? Number.NaN : b));
        const corr = run({ $x: x, $y: y }, before, `Corr($x, $y, ${window})`, "qlib");
        const cov = run({ $x: x, $y: y }, before, `Cov($x, $y, ${window})`, "qlib");
        for (let t = 0; t < x.length; t++) {
          const wx = windowsOf(x, window, t);
          const wy = windowsOf(y, window, t);
          const want = pairOf(wx, wy);
          expect(agrees(cov[t]!, want.cov, 1e-11)).toBe(true);
          const stds = [wx, wy].map((w) => Math.sqrt(variance(present(w))));
          const own = wx.flatMap((v, i) => (Number.isNaN(v + wy[i]!) ? [] : [v]));
          const other = wy.flatMap((v, i) => (Number.isNaN(v + wx[i]!) ? [] : [v]));
          if (Math.min(...stds, Math.sqrt(variance(own)), Math.sqrt(variance(other))) < 1e-3) continue;
          expect({ t, ok: agrees(corr[t]!, want.corr, 1e-6) }).toEqual({ t, ok: true });
        }
      }),
      propertyRuns(401, 150),
    );
  });

  it("Corr is NaN where a side's own std is about 0, though the pair's is not", () => {
    const x = [1, 1, 1, 1, 1, 1];
    const y = [1, 2, 3, 4, 5, 6];
    expect([...run({ $x: x, $y: y }, 0, "Corr($x, $y, 4)", "qlib")]).toEqual(Array(6).fill(Number.NaN));
  });

  it("EMA by span and by alpha", () => {
    fc.assert(
      fc.property(series, fc.constantFrom(1, 2, 5, 12, 0.1, 0.5, 0.9), (x, n) => {
        const got = run({ $x: x }, 0, `EMA($x, ${n})`, "qlib");
        for (let t = 0; t < x.length; t++) {
          const w = x.slice(0, t + 1);
          const size = Math.max(...present(w).map(Math.abs), 0);
          const want = exponential(w, n < 1 ? n : 2 / (n + 1));
          // Once every weight has underflowed, the definition has nothing to divide.
          if (n === 1 || Number.isNaN(want)) continue;
          expect({ t, ok: agrees(got[t]!, want, 1e-12 * size) }).toEqual({ t, ok: true });
        }
      }),
      propertyRuns(402, 100),
    );
  });
});

describe("nothing that left a window stays in it", () => {
  const quiet = Array.from({ length: 60 }, (_, i) => 1 + (i % 7) * 0.125);
  const loud = [...quiet];
  loud[20] = 1e17;
  loud[21] = -3e16;
  for (const expression of [
    "Sum($x, 5)",
    "Mean($x, 5)",
    "Std($x, 5)",
    "Var($x, 5)",
    "Skew($x, 5)",
    "Kurt($x, 5)",
    "Slope($x, 5)",
    "Rsquare($x, 5)",
    "Resi($x, 5)",
    "WMA($x, 5)",
    "Mad($x, 5)",
    "Corr($x, $y, 5)",
    "Cov($x, $y, 5)",
  ]) {
    it(`${expression} after 1e17`, () => {
      const y = quiet.map((v, i) => v * ((i % 3) + 1));
      for (let before = 0; before < 5; before++) {
        const clean = run({ $x: quiet, $y: y }, before, expression, "qlib");
        const after = run({ $x: loud, $y: y }, before, expression, "qlib");
        expect([...after.subarray(26)]).toEqual([...clean.subarray(26)]);
        expect(after[21]).not.toEqual(clean[21]);
      }
    });
  }
});
