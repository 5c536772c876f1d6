import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { frameOfPanel } from "#src/training/frame/frame.js";
import { runPipeline } from "#src/training/pipeline.js";
import type { Processor } from "#src/training/processors/processor.js";
import { propertyRuns } from "../../property-runs.js";

const none = Number.NaN;
const days = (count: number) =>
  Array.from({ length: count }, (_, d) => `2024-01-${String(d + 1).padStart(2, "0")}`);

/** Runs a processor over columns of `sessions` sessions × as many instruments as there are cells for, fitted on the first `fit`. */
function run(columns: Record<string, number[]>, sessions: number, processor: Processor) {
  const count = Object.values(columns)[0]!.length;
  const wide = count / sessions;
  const dates = days(sessions);
  const panel = panelFromColumns({
    datetime: Array.from({ length: count }, (_, i) => dates[Math.floor(i / wide)]!),
    instrument: Array.from({ length: count }, (_, i) => `SZ${String(1 + (i % wide)).padStart(6, "0")}`),
    columns: Object.fromEntries(Object.entries(columns).map(([name, own]) => [name, Float64Array.from(own)])),
  });
  const frame = frameOfPanel(panel, new Map([["feature", Object.keys(columns)]]));
  const { learn, steps } = runPipeline(frame, { learn: [processor] }, { keepRaw: false });
  const result = learn.toPanel("result");
  return {
    cells: (name: string) => Array.from(result.column(name).floats()),
    tally: steps[0]!.tally,
    result,
  };
}

function expectClose(own: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  expect(own).toHaveLength(expected.length);
  for (const [i, x] of expected.entries()) {
    if (Number.isNaN(x)) expect(own[i], `cell ${i}`).toBeNaN();
    else expect(Math.abs(own[i]! - x), `cell ${i}: ${own[i]} for ${x}`).toBeLessThanOrEqual(tolerance);
  }
}

/** numpy's nanquantile, linear. */
function quantile(cells: readonly number[], q: number): number {
  const sorted = cells.filter((x) => !Number.isNaN(x)).toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

const cells = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }).map((x) => x / 4) },
  { weight: 1, arbitrary: fc.constant(none) },
);
const tables = fc
  .array(cells, { minLength: 24, maxLength: 24 })
  .filter((own) => own.some((x) => !Number.isNaN(x)));
const feature = { fields: "feature" } as const;
const all = { fit: [null, null] } as const;

describe("Winsorise", () => {
  it("cuts to the quantiles of the fit, or of each session", () => {
    fc.assert(
      fc.property(tables, (x) => {
        const limits = [0.1, 0.75] as const;
        const cut = (own: readonly number[]) => {
          const [low, high] = [quantile(own, limits[0]), quantile(own, limits[1])];
          return own.map((v) => (v < low ? low : v > high ? high : v));
        };
        expectClose(run({ x }, 4, { kind: "Winsorise", ...feature, ...all, limits }).cells("x"), cut(x));
        const bySession = [0, 6, 12, 18].flatMap((at) => cut(x.slice(at, at + 6)));
        expectClose(
          run({ x }, 4, { kind: "Winsorise", ...feature, limits, by: "session" }).cells("x"),
          bySession,
        );
      }),
      propertyRuns(31, 60),
    );
  });

  it("counts what it cuts", () => {
    const { cells: own, tally } = run({ x: [1, 2, 3, 4, 100] }, 1, {
      kind: "Winsorise",
      ...feature,
      ...all,
      limits: [0, 0.75],
    });
    expect([own("x"), tally.clipped]).toEqual([[1, 2, 3, 4, 4], 1]);
  });
});

describe("Neutralise", () => {
  it("leaves what no group and no exposure explains: the residuals are orthogonal to both", () => {
    fc.assert(
      fc.property(
        tables,
        tables,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 24, maxLength: 24 }),
        (x, size, group) => {
          const { cells: own } = run({ x, size, group }, 4, {
            kind: "Neutralise",
            ...feature,
            by: "group",
            exposures: ["size"],
          });
          const rest = own("x");
          for (let at = 0; at < 24; at += 6) {
            const rows = [0, 1, 2, 3, 4, 5].map((i) => at + i).filter((i) => !Number.isNaN(x[i]! + size[i]!));
            for (let i = at; i < at + 6; i++) expect(Number.isNaN(rest[i]!)).toBe(!rows.includes(i));
            for (const one of new Set(group)) {
              const sum = rows.filter((i) => group[i] === one).reduce((total, i) => total + rest[i]!, 0);
              expect(Math.abs(sum)).toBeLessThan(1e-9);
            }
            const dot = rows.reduce((total, i) => total + rest[i]! * size[i]!, 0);
            expect(Math.abs(dot)).toBeLessThan(1e-7);
          }
          expectClose(own("size"), size);
        },
      ),
      propertyRuns(32, 60),
    );
  });

  it("gives the residuals of numpy's lstsq", () => {
    // import numpy as np; s=np.array([1,2,4,8,16.]); x=np.array([3,1,4,1,5.]); A=np.c_[np.ones(5),s]; x-A@np.linalg.lstsq(A,x,rcond=None)[0]
    const { cells: own } = run({ x: [3, 1, 4, 1, 5], size: [1, 2, 4, 8, 16] }, 1, {
      kind: "Neutralise",
      ...feature,
      exposures: ["size"],
    });
    expectClose(
      own("x"),
      [0.9758064516129026, -1.173387096774194, 1.5282258064516125, -2.068548387096775, 0.7379032258064511],
      1e-12,
    );
  });

  it("refuses to neutralise by nothing, and by what is not there", () => {
    expect(() => run({ x: [1, 2] }, 1, { kind: "Neutralise", ...feature })).toThrow(
      "nothing to neutralise by",
    );
    expect(() => run({ x: [1, 2] }, 1, { kind: "Neutralise", ...feature, by: "y" })).toThrow('no column "y"');
  });
});

describe("OneHot", () => {
  it("gives a column a code of the fit, and 0 in all of them for any other, which it tells", () => {
    const {
      result,
      cells: own,
      tally,
    } = run({ x: [1, 2, 3, 4], industry: [7, 3, none, 9] }, 2, {
      kind: "OneHot",
      column: "industry",
      fit: ["2024-01-01", "2024-01-01"],
    });
    expect(result.columnNames).toEqual(["x", "industry=3", "industry=7"]);
    expect([own("industry=3"), own("industry=7")]).toEqual([
      [0, 1, 0, 0],
      [1, 0, 0, 0],
    ]);
    expect(tally.remarks).toEqual(['OneHot: "9" of "industry" is not in the fit: all 0']);
    expect([tally.columnsDropped, tally.columnsAdded]).toEqual([["industry"], ["industry=3", "industry=7"]]);
  });

  it("refuses what is no code", () => {
    expect(() => run({ x: [1.5, 2] }, 1, { kind: "OneHot", column: "x", ...all })).toThrow("the number 1.5");
  });
});

describe("RankGauss", () => {
  it("gives the normal quantile of the share of the fit below: scikit-learn's QuantileTransformer", () => {
    // QuantileTransformer(output_distribution="normal", n_quantiles=1000) of [0..10]: scipy.stats.norm.ppf(i/10), ends ±5.199
    const x = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, none];
    const expected = [
      -5.199337582605575, -1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997,
      0,
    ];
    const { cells: own } = run({ x }, 1, { kind: "RankGauss", ...feature, ...all });
    expectClose(
      own("x"),
      [
        ...expected,
        ...expected
          .slice(0, 5)
          .reverse()
          .map((v) => -v),
        none,
      ],
      1e-6,
    );
  });

  it("keeps the order of cells, and NaN where there is none", () => {
    fc.assert(
      fc.property(tables, (x) => {
        const own = run({ x }, 4, { kind: "RankGauss", ...feature, ...all }).cells("x");
        for (let i = 0; i < x.length; i++) {
          expect(Number.isNaN(own[i]!)).toBe(Number.isNaN(x[i]!));
          for (let j = 0; j < x.length; j++) if (x[i]! < x[j]!) expect(own[i]!).toBeLessThanOrEqual(own[j]!);
        }
      }),
      propertyRuns(33, 30),
    );
  });
});

describe("ForwardFill", () => {
  it("repeats an instrument's last number, at most so many sessions old", () => {
    fc.assert(
      fc.property(tables, fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }), (x, limit) => {
        const wide = 4;
        const naive = x.map((own, i) => {
          for (let back = 0; back <= (limit ?? x.length) && i - back * wide >= 0; back++) {
            if (!Number.isNaN(x[i - back * wide]!)) return x[i - back * wide]!;
          }
          return own;
        });
        const { cells: own, tally } = run({ x }, 6, { kind: "ForwardFill", ...feature, limit });
        expectClose(own("x"), naive);
        expect(tally.filled).toBe(naive.filter((v, i) => Number.isNaN(x[i]!) && !Number.isNaN(v)).length);
      }),
      propertyRuns(34, 60),
    );
  });
});
