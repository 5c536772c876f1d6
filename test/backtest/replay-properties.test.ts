import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cashIdentity } from "#src/backtest/reconcile/cash-identity.js";
import { reconcile } from "#src/backtest/reconcile/reconcile.js";
import { replay } from "#src/backtest/replay/replay.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { propertyRuns } from "../property-runs.js";
import { exchanges, randomMarket, seeds, strategies } from "./random-market.js";
import { recordedOf } from "./recorded-of.js";

const runs = fc.record({
  seed: seeds,
  strategy: strategies,
  exchange: exchanges,
  settle: fc.constantFrom(undefined, "cash" as const),
  account: fc.constantFrom(20_000, 1_000_000),
});

type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

function optionsOf({ strategy, exchange, settle, account }: Run, days: readonly string[]): ReplayOptions {
  return { strategy, exchange, settle, account, benchmark: false, start: days[0], end: days.at(-1) };
}

describe("a replay", () => {
  it("makes no money from trading and loses none", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { market, scores, days } = randomMarket(run.seed);
        const { report, orders, positions } = replay(scores, market, optionsOf(run, days));
        const [cash, value, account] = [
          report.column("cash"),
          report.column("value"),
          report.column("account"),
        ];
        let [money, before] = [run.account, 0];
        const held = new Map<string, number>();
        for (const [row, ns] of report.datetimes.entries()) {
          for (const order of orders.filter(({ datetime }) => datetime === ns)) {
            const sign = order.side === "buy" ? 1 : -1;
            money -= sign * order.value + order.cost;
            held.set(order.instrument, (held.get(order.instrument) ?? 0) + sign * order.dealAmount);
          }
          const late = account[row]! - value[row]! - cash[row]!; // what sales brought today and cannot be used yet
          expect(cash[row]! + late - money).toBeCloseTo(0, 5);
          for (const { instrument, amount } of positions.at(row)) {
            expect(amount - held.get(instrument)!, `no position without a fill: ${instrument}`).toBeCloseTo(
              0,
              2,
            );
          }
          expect(report.column("total_turnover")[row]).toBeGreaterThanOrEqual(before);
          before = report.column("total_turnover")[row]!;
        }
      }),
      propertyRuns(22, 30),
    );
  });

  it("trades nothing while it is suspended, at a limit, or not there", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { market, scores, days } = randomMarket(run.seed);
        const { orders } = replay(scores, market, optionsOf(run, days));
        const [close, change] = [market.field("$close"), market.field("$change")];
        for (const { datetime, instrument, side, value, price, dealAmount, amount } of orders) {
          expect(dealAmount).toBeLessThanOrEqual(amount + 1e-6);
          if (value <= 1e-5) continue;
          const at =
            market.sessionAtOrAfter(datetime) * market.instruments.length + market.positionOf(instrument);
          expect(price).toBe(close[at]);
          const own = change[at]!;
          expect(side === "buy" ? own >= Math.fround(0.095) : own <= Math.fround(-0.095)).toBe(false);
        }
      }),
      propertyRuns(22, 20),
    );
  });

  it("in two runs, the state handed over, is the same as in one", () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 28 }), (run, at) => {
        const { market, scores, days } = randomMarket(run.seed);
        const options = optionsOf(run, days);
        const whole = replay(scores, market, options);
        const first = replay(scores, market, { ...options, end: days[at] });
        const { account: _, start: __, ...rest } = options;
        if (at === days.length - 1) return;
        const second = replay(scores, market, { ...rest, after: first.state });
        for (const name of whole.report.columnNames) {
          const both = [...first.report.column(name), ...second.report.column(name)];
          expect(both, name).toEqual([...whole.report.column(name)]);
        }
        expect([...first.orders, ...second.orders]).toEqual(whole.orders);
        expect(second.state).toEqual(whole.state);
      }),
      propertyRuns(22, 30),
    );
  });
});

describe("reconcile", () => {
  const base = { name: "topk-dropout", topk: 3, nDrop: 1 } as const;
  const planted: readonly (readonly [kind: string, parameter: string, change: Partial<ReplayOptions>])[] = [
    ["cost", "open_cost", { exchange: { openCost: 0.003 } }],
    ["cost", "close_cost", { exchange: { closeCost: 0.004 } }],
    ["deal-price", "deal_price", { exchange: { dealPrice: "open" } }],
    ["trade-unit", "trade_unit", { exchange: { tradeUnit: null } }],
    ["initial-cash", "account", { account: 1_234_500 }],
    ["parameter", "topk", { strategy: { ...base, topk: 4 } }],
    ["parameter", "n_drop", { strategy: { ...base, nDrop: 2 } }],
    ["parameter", "risk_degree", { strategy: { ...base, riskDegree: 0.9 } }],
    ["limit-rule", "limit_threshold", { exchange: { limitThreshold: "none" } }],
  ];

  it.each(planted)("finds a planted %s (%s) wherever it changes anything", (kind, parameter, change) => {
    let found = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const { market, scores, days } = randomMarket(seed);
        const options: ReplayOptions = {
          strategy: base,
          account: 1_000_000,
          benchmark: false,
          start: days[0],
          end: days.at(-1),
        };
        const recorded = recordedOf(replay(scores, market, { ...options, ...change }));
        const { equal, cause, alternatives } = reconcile({ scores, market, options }, recorded);
        if (equal) return;
        found++;
        expect(cause.verified).toBe("whole");
        // Another single change may do the same on so few days; the planted one is among those that do.
        expect([cause, ...alternatives].map((own) => `${own.kind} ${own.parameter}`)).toContain(
          `${kind} ${parameter}`,
        );
      }),
      propertyRuns(22, 4),
    );
    expect(found).toBeGreaterThan(0);
  });

  it("calls a run equal to itself, and finds no money in it that appears", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { market, scores, days } = randomMarket(run.seed);
        const options = optionsOf({ ...run, settle: undefined }, days);
        const recorded = recordedOf(replay(scores, market, options));
        expect(reconcile({ scores, market, options }, recorded).cause.kind).toBe("none");
        expect(cashIdentity(recorded, market)).toEqual([]);
      }),
      propertyRuns(22, 20),
    );
  });
});
