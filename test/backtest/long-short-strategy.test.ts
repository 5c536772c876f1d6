import fc from "fast-check";
import { expect, it } from "vitest";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import { replay } from "#src/backtest/replay/replay.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { longShort } from "#src/backtest/risk/long-short.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { propertyRuns } from "../property-runs.js";
import { randomMarket, seeds } from "./random-market.js";

const optionsOf = (days: readonly string[], strategy: ReplayOptions["strategy"]): ReplayOptions => ({
  strategy,
  account: 1e9,
  benchmark: false,
  exchange: { openCost: 0, closeCost: 0, minCost: 0, limitThreshold: "none", tradeUnit: null },
  start: days[0],
  end: days.at(-1),
});

it("returns what calc_long_short_return averages, where everything can be traded", () => {
  const days = ["2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09"];
  const names = ["SH600000", "SH600001", "SH600002", "SH600003", "SH600004"];
  const closes = [
    [10, 10, 11, 10],
    [20, 20, 20, 22],
    [30, 30, 33, 33],
    [40, 40, 36, 40],
    [50, 50, 45, 45],
  ];
  const long = (cells: readonly (readonly number[])[]) => ({
    datetime: names.flatMap(() => days),
    instrument: names.flatMap((name) => days.map(() => name)),
    columns: { value: cells.flat() },
  });
  const market = marketOf(panelFromColumns({ ...long(closes), columns: { $close: closes.flat() } }));
  const scores = panelFromColumns(long(names.map((_, i) => days.map(() => 5 - i))));
  const { report, positions } = replay(
    scores,
    market,
    optionsOf(days, { name: "long-short", riskDegree: 1 }),
  );
  // Bought at the close of the second session: long SH600000, short SH600004, half the account each.
  expect(positions.at(1).map(({ instrument, amount }) => [instrument, Math.sign(amount)])).toEqual([
    ["SH600004", -1],
    ["SH600000", 1],
  ]);
  const returns = panelFromColumns(
    long(
      closes.map((own) =>
        own.map((_, day) => (own[day + 2] ?? Number.NaN) / (own[day + 1] ?? Number.NaN) - 1),
      ),
    ),
  );
  const table = longShort(scores, returns);
  for (const row of [0, 1]) {
    expect(report.column("return")[row + 2]).toBeCloseTo(table.column("long_short")[row]!, 9);
  }
});

it("conserves money, is worth as much short as long, and goes on where it stopped", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 2, max: 27 }), (seed, at) => {
      const { market, scores, days } = randomMarket(seed);
      const options = { ...optionsOf(days, { name: "long-short", quantile: 0.3 }), exchange: {} };
      const whole = replay(scores, market, options);
      const { report, orders, state } = whole;
      let money = 1e9;
      for (const [row, ns] of report.datetimes.entries()) {
        for (const { datetime, side, value, cost } of orders) {
          if (datetime === ns) money -= (side === "buy" ? 1 : -1) * value + cost;
        }
        expect(report.column("cash")[row]! - money).toBeCloseTo(0, 3);
      }
      const first = replay(scores, market, { ...options, end: days[at] });
      const { account: _, start: __, ...rest } = options;
      expect(replay(scores, market, { ...rest, after: first.state }).state).toEqual(state);
    }),
    propertyRuns(22, 8),
  );
});

it("refuses a quantile that leaves no two sides", () => {
  const { market, scores, days } = randomMarket(1);
  expect(() => replay(scores, market, optionsOf(days, { name: "long-short", quantile: 0.7 }))).toThrow(
    "strategy long-short: quantile 0.7 is not a number above 0 and up to 0.5",
  );
});
