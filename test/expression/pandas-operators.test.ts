import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";

type Cells = (number | null)[];

// What data-fixtures/make/make_verbs.py was told by pandas 1.5 and numpy.
const expected = JSON.parse(readFileSync("data-fixtures/verbs/expected.json", "utf8")) as {
  readonly rows: [string, string][];
  readonly operators: Record<string, Cells>;
} & Record<"close" | "high" | "volume" | "industry", Cells>;
const floats = (cells: Cells) => Float64Array.from(cells, (cell) => cell ?? Number.NaN);
const market = panelFromColumns({
  datetime: expected.rows.map(([date]) => date),
  instrument: expected.rows.map(([, code]) => code),
  columns: {
    close: floats(expected.close),
    high: floats(expected.high),
    volume: floats(expected.volume),
    industry: floats(expected.industry),
  },
});

describe("operators beyond qlib's have the values of pandas:", () => {
  it.each(Object.entries(expected.operators))("%s", (text, cells) => {
    const own = market.evaluate({ x: text }).column("x").values;
    for (const [row, cell] of cells.entries()) {
      const value = Number(own[row]);
      if (cell === null) expect([row, value]).toEqual([row, Number.NaN]);
      else
        expect(Math.abs(value - cell), `row ${row}: ${value}, not ${cell}`).toBeLessThan(
          2e-7 * Math.max(1, Math.abs(cell)),
        );
    }
  });
});

describe("what is asked of them", () => {
  const fails = (text: string) => () => market.evaluate({ x: text });

  it("explains itself: names, look-back, and what other dialects call them", () => {
    expect(market.explainExpression("SessionsSince($close > 10)").lookBack).toBe(Number.POSITIVE_INFINITY);
    expect(market.explainExpression("CSBucket($close, 5)").crossSectional).toBe(true);
    for (const [theirs, ours] of [
      ["ts_mean($close, 5)", "Mean"],
      ["delay($close, 1)", "Ref"],
      ["rank($close)", "CSRank"],
      ["decay_linear($close, 5)", "WMA"],
      ["isnan($close)", "IsNull"],
    ]) {
      expect(fails(theirs!)).toThrow(`did you mean "${ours}"?`);
    }
  });

  it("is checked", () => {
    expect(fails("CSBucket($close, 0)")).toThrow(
      "the number of bins of CSBucket must be a whole number from 1; it is 0",
    );
    expect(fails("CSBucket($close, $high)")).toThrow("the number of bins of CSBucket must be a number");
    expect(fails("CSWinsorize($close, 2)")).toThrow("the quantile of CSWinsorize must be from 0 to 1");
    expect(fails("CSNeutralize($close)")).toThrow("CSNeutralize(x, y, …) takes 2 arguments or more");
    expect(fails("Clip($close, 1)")).toThrow("Clip(x, y, z) takes 3 arguments");
  });

  it("does not mind exposures that say the same twice", () => {
    const twice = market.evaluate({
      once: "CSNeutralize($close, $industry, $high)",
      twice: "CSNeutralize($close, $industry, $high, 2*$high+1)",
    });
    const [once, again] = [twice.column("once").floats(), twice.column("twice").floats()];
    for (const [row, value] of once.entries()) {
      if (Number.isNaN(value)) expect(again[row]).toBeNaN();
      else expect(again[row]).toBeCloseTo(value, 5);
    }
  });
});
