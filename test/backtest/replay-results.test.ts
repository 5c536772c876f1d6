import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { orderTable } from "#src/backtest/replay/order-table.js";
import { replay } from "#src/backtest/replay/replay.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { type IndicatorFigures, indicatorAnalysis } from "#src/backtest/risk/indicator-analysis.js";
import { portfolioRisk } from "#src/backtest/risk/risk-analysis.js";
import { timing } from "#src/backtest/timing/timing.js";
import { openQlibResult } from "#src/formats/qlib/result.js";
import { formatNs } from "#src/time.js";
import { randomMarket } from "./random-market.js";
import {
  type CaseConfig,
  caseIds,
  folder,
  optionsOf,
  providerMarket,
  readJson,
  readScores,
} from "./referee.js";

type RiskCase = Readonly<Record<string, IndicatorFigures>> & { readonly case: string };

async function replayOf(id: string) {
  const config = readJson<CaseConfig>(join(folder, "cases", id, "config.json"));
  const [market, scores] = await Promise.all([providerMarket(config.provider), readScores(config.score)]);
  return replay(scores, market, optionsOf(config));
}

describe("indicatorAnalysis", () => {
  const cases = readJson<RiskCase[]>(join(folder, "signals", "risk.json.gz"));
  it.each(cases.map((own) => own.case).filter((id) => caseIds().includes(id)))(
    "equals qlib's: %s",
    async (id) => {
      const backtest = await replayOf(id);
      const own = cases.find((found) => found.case === id)!;
      for (const weights of ["mean", "amount_weighted", "value_weighted"] as const) {
        const { ffr, pa, pos } = own[`indicator|${weights}`]!;
        const found = indicatorAnalysis(backtest, weights);
        if (Number.isNaN(ffr)) expect(found.ffr).toBeNaN();
        else expect(found.ffr).toBeCloseTo(ffr, 12);
        expect([found.pa, found.pos]).toEqual([pa, pos]);
      }
    },
  );
});

describe("qlib_res.csv", () => {
  it("opens, and says what the run's own report gives", async () => {
    const config = readJson<CaseConfig>(join(folder, "rdagent", "rd_enhanced", "config.json"));
    const metrics = openQlibResult(join(folder, "rdagent", "rd_enhanced", "qlib_res.csv"));
    const [market, scores] = await Promise.all([providerMarket("overlay"), readScores(config.score)]);
    const { excessWithCost } = portfolioRisk(replay(scores, market, optionsOf(config)));
    const named = "1day.excess_return_with_cost.annualized_return";
    expect(excessWithCost.annualizedReturn / metrics.get(named)!).toBeCloseTo(1, 10);
    expect(() => openQlibResult(join(folder, "signals", "labels.h5"))).toThrow("no metrics in it");
  });
});

describe("what a replay says of itself", () => {
  const { market, scores, days } = randomMarket(22);
  const options: ReplayOptions = {
    strategy: { name: "topk-dropout", topk: 5, nDrop: 2 },
    account: 1_000_000,
    benchmark: false,
    start: days[0],
    end: days.at(-1),
  };

  it("a label of another timing is an error that names the sessions", () => {
    expect(
      replay(scores, market, { ...options, label: "Ref($close, -2)/Ref($close, -1) - 1" }).orders.length,
    ).toBe(replay(scores, market, options).orders.length);
    const open = timing("qlib-open", { hold: 5 });
    expect(() => replay(scores, market, { ...options, start: days[3], label: open })).toThrow(
      `for a score of ${days[2]} the label begins at $open of ${days[3]} and ends at $open of ${days[8]}, and the backtest buys at $close of ${days[3]}`,
    );
    expect(() => replay(scores, market, { ...options, label: "Mean($close, 5)" })).toThrow(
      "is not the return between two prices",
    );
  });

  it("misses are what was withheld and cut, at what they cost until the next close", () => {
    const { missed, untraded, orders } = replay(scores, market, options);
    expect(missed.length).toBeGreaterThanOrEqual(untraded.length);
    expect(untraded.length).toBeGreaterThan(0);
    const close = market.field("$close");
    const counted = new Set<string>();
    for (const { datetime, instrument, side, value, cost } of missed) {
      const [width, code] = [market.instruments.length, market.positionOf(instrument)];
      const own = Array.from({ length: market.sessionCount }, (_, s) => close[s * width + code]!);
      const session = market.sessionAtOrBefore(datetime);
      const before = own.slice(0, session + 1).findLast((price) => !Number.isNaN(price)) ?? Number.NaN;
      const after = own.slice(session + 1).find((price) => !Number.isNaN(price)) ?? Number.NaN;
      const halt = `${instrument} ${side} ${own.findIndex((price, s) => s > session && !Number.isNaN(price))}`;
      if (counted.has(halt) && !Number.isNaN(after / before)) {
        expect(cost).toBe(0);
        continue;
      }
      counted.add(halt);
      const gain = value * (after / before - 1);
      expect(cost).toBe(side === "buy" ? gain : -gain);
    }
    const table = orderTable({ orders, untraded });
    expect(table.numRows).toBe(orders.length + untraded.length);
    const reasons = Array.from(table.getChild("reason")!);
    expect(reasons.filter((reason) => reason !== null)).toHaveLength(
      untraded.length + orders.filter(({ cut }) => cut).length,
    );
    expect(table.schema.fields.map(({ name }) => name).slice(0, 4)).toEqual([
      "datetime",
      "instrument",
      "side",
      "amount",
    ]);
  });

  it("a halted holding that an order generator asks the price of is told", () => {
    const { notes, choices } = replay(scores, market, {
      ...options,
      strategy: { name: "equal-weight", topk: 6, orders: "deal-price" },
    });
    const [first] = choices.filter(({ choice }) => choice === "halted-holding");
    expect(notes.find((note) => note.includes("a halted holding counts at its last price"))).toContain(
      formatNs(first!.datetime),
    );
  });
});
