import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExchangeOptions } from "#src/backtest/exchange/exchange-options.js";
import type { Grid, Market } from "#src/backtest/market/market.js";
import type { RunParts } from "#src/backtest/reconcile/cause.js";
import { reconcile } from "#src/backtest/reconcile/reconcile.js";
import { replay } from "#src/backtest/replay/replay.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { recordedOf } from "./recorded-of.js";
import { type CaseConfig, folder, optionsOf, providerMarket, readJson, readScores } from "./referee.js";

const [market, scores] = await Promise.all([providerMarket("overlay"), readScores("dense")]);
const base = optionsOf(readJson<CaseConfig>(join(folder, "reconcile", "base.json")));
const parts: RunParts = { market, scores, options: base };

const changed = (options: Partial<ReplayOptions>): RunParts => ({
  ...parts,
  options: { ...base, ...options },
});
const exchange = (own: ExchangeOptions) => changed({ exchange: { ...base.exchange, ...own } });
const strategy = (own: object) =>
  changed({ strategy: { ...base.strategy, ...own } as ReplayOptions["strategy"] });

/** The market with an instrument's cells multiplied, session by session. */
function scaled(field: string, instrument: string, by: (session: number) => number): Market {
  const grid: Grid = market.field(field).slice();
  const code = market.positionOf(instrument);
  for (let s = 0; s < market.sessionCount; s++) grid[s * market.instruments.length + code]! *= by(s);
  return market.withFields({ [field]: grid });
}

const ours = replay(scores, market, base);
const held = ours.positions.at(10)[0]!.instrument;
const at = (row: number) => market.sessionAtOrAfter(ours.report.datetimes[row]!);
const bought = ours.orders.find(
  ({ side, datetime }) => side === "buy" && datetime === ours.report.datetimes[8],
)!;
const boughtAt = market.sessionAtOrAfter(bought.datetime);

/** Other things than the fixtures plant, and the cause that is to be named, first or beside others. */
const planted: readonly (readonly [what: string, named: string, recorded: RunParts, own?: RunParts])[] = [
  ["first session", "parameter start_time", changed({ start: "2019-06-10" })],
  ["last session", "parameter end_time", changed({ end: "2019-07-10" })],
  ["impact", "cost impact_cost", exchange({ impactCost: 0.05 })],
  ["odd rate", "cost open_cost", exchange({ openCost: 0.00035 })],
  ["volume limit", "parameter volume_threshold", exchange({ volumeThreshold: ["cum", "0.05*$volume"] })],
  ["settlement", "parameter settle_type", changed({ settle: "cash" })],
  ["order of execution", "parameter trade_type", changed({ tradeType: "parallel" })],
  ["price a side", "deal-price deal_price", exchange({ dealPrice: ["$open", "$close"] })],
  ["limit", "limit-rule limit_threshold", exchange({ limitThreshold: 0.03 })],
  ["risk degree", "parameter risk_degree", strategy({ riskDegree: 0.93 })],
  ["only tradable", "parameter only_tradable", strategy({ onlyTradable: true })],
  ["forbidden sides", "parameter forbid_all_trade_at_limit", strategy({ forbidAllTradeAtLimit: false })],
  ["no factor", "trade-unit trade_unit", { ...parts, market: market.withoutFields(["factor"]) }],
  ["missing name", "suspended-row", { ...parts, market: scaled("$close", held, () => Number.NaN) }],
  [
    "halt of days",
    "suspended-row",
    {
      ...parts,
      market: scaled("$close", bought.instrument, (s) =>
        s >= boughtAt && s < boughtAt + 3 ? Number.NaN : 1,
      ),
    },
  ],
  [
    "halted holding",
    "suspended-row",
    { ...parts, market: scaled("$close", held, (s) => (s === at(12) ? Number.NaN : 1)) },
  ],
  ["tick", "price-restated", { ...parts, market: scaled("$close", held, (s) => (s === at(10) ? 1.1 : 1)) }],
  ["level", "price-restated", { ...parts, market: scaled("$close", held, (s) => (s >= at(10) ? 1.25 : 1)) }],
  [
    "tick of the fill",
    "price-restated",
    {
      ...exchange({ dealPrice: "open" }),
      market: scaled("$open", bought.instrument, (s) => (s === boughtAt ? 1.03 : 1)),
    },
    exchange({ dealPrice: "open" }),
  ],
  [
    "change",
    "price-restated",
    { ...parts, market: scaled("$change", bought.instrument, (s) => (s === boughtAt ? 100 : 1)) },
  ],
  ["other sign", "score-value", { ...parts, scores: negated() }],
];

function negated(): RunParts["scores"] {
  const name = scores.columnNames[0]!;
  return scores.withColumns({
    [name]: scores
      .column(name)
      .floats()
      .map((score) => -score),
  });
}

describe("reconcile names what others plant", () => {
  const cases = planted.map(([what, named, there, own = parts]) => ({ what, named, there, own }));
  it.each(cases)("$what: $named", ({ named, there, own }) => {
    const recorded = recordedOf(replay(there.scores, there.market, there.options));
    const { cause, alternatives, equal } = reconcile(own, recorded);
    expect(equal).toBe(false);
    expect(cause.verified).toBe("whole");
    const found = [cause, ...alternatives].map(({ kind, parameter }) =>
      parameter ? `${kind} ${parameter}` : kind,
    );
    expect(found).toContain(named);
  });
});
