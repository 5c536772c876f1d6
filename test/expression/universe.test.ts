import { describe, expect, it } from "vitest";
import { evaluatePanelInPatches } from "#src/expression/evaluate-panel.js";
import { openPanel, type Panel } from "#src/index.js";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const market = await openPanel(FILE);

/** Sessions that the whole market has and neither of these: they did not trade. */
const UNIVERSE = ["000046.SZ", "SH600000"];

const own = { mean: "Mean($close, 5)", ago: "Ref($close, 3)" };
const others = { rank: "CSRank($close)", index: "ChangeInstrument('000004.SZ', $close)/$close" };
const range = { start: "2019-06-03", end: "2019-12-31" };

function cells(panel: Panel): unknown {
  return [panel.index.datetimes, panel.columnNames, panel.toRows()];
}

describe.each([
  ["of the instrument's own past", own],
  ["that compare the market", others],
  ["of both", { ...own, ...others }],
])("a universe has the values of the whole panel: expressions %s", (_, expressions) => {
  const want = cells(market.evaluate(expressions, range).window({ universe: UNIVERSE }));
  const options = { ...range, universe: UNIVERSE };

  it("evaluate", () => expect(cells(market.evaluate(expressions, options))).toEqual(want));
  it("evaluateInThreads", async () => {
    expect(cells(await market.evaluateInThreads(expressions, { ...options, threads: 1 }))).toEqual(want);
  });
  it("evaluatePanelInPatches", () => {
    expect(cells(evaluatePanelInPatches(market, expressions, options))).toEqual(want);
  });
});

describe("a universe of evaluate", () => {
  it("is computed alone where no instrument's value depends on another's", () => {
    const rows = (expressions: Record<string, string>): number => {
      let total = 0;
      market.evaluate(expressions, {
        universe: "000004.SZ",
        onProgress: ({ totalRows }) => {
          total = totalRows;
        },
      });
      return total;
    };
    expect([rows(own), rows(others)]).toEqual([market.series("000004.SZ").rowCount, market.rowCount]);
  });

  it("names unknown codes, or leaves them out and lists them", () => {
    const universe = ["000004.SZ", "999999.SH"];
    expect(() => market.evaluate(own, { universe })).toThrow('unknown instrument "999999.SH"');
    for (const expressions of [own, others]) {
      const { unknownInstruments, index } = market.evaluate(expressions, { universe, onUnknown: "skip" });
      expect([unknownInstruments, index.instruments]).toEqual([["999999.SH"], ["000004.SZ"]]);
    }
  });

  it("does not go together with previous factors", () => {
    const previous = market.evaluate(own);
    expect(() => market.evaluate(own, { previous, universe: "000004.SZ" })).toThrow(
      "leave start, end and universe out",
    );
  });
});
