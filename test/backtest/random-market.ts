import fc from "fast-check";
import type { Market } from "#src/backtest/market/market.js";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import type { Panel } from "#src/panel/panel.js";
import { mulberry32 } from "../panel/random-panel.js";

export interface RandomMarket {
  readonly market: Market;
  readonly scores: Panel;
  readonly days: readonly string[];
}

const SESSIONS = 30;
const NAMES = Array.from({ length: 14 }, (_, i) => `SH6000${String(i).padStart(2, "0")}`);

/** Weekdays from 2020-01-01 on. */
function weekdays(count: number): string[] {
  const days: string[] = [];
  for (let at = Date.UTC(2020, 0, 1); days.length < count; at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}

/** Prices with halts, limit moves, late listings and delistings, and scores with gaps; of one seed always the same. */
export function randomMarket(seed: number): RandomMarket {
  const random = mulberry32(seed);
  const days = weekdays(SESSIONS);
  const rows: { day: string; name: string; cells: number[] }[] = [];
  const scored: { day: string; name: string; score: number }[] = [];
  for (const name of NAMES) {
    const listed = random() < 0.2 ? Math.floor(random() * SESSIONS) : 0;
    const delisted = random() < 0.2 ? Math.floor(random() * SESSIONS) : SESSIONS;
    let [price, last] = [5 + random() * 40, Number.NaN];
    const factor = 0.5 + random();
    for (const [i, day] of days.entries()) {
      if (i < listed || i >= delisted) continue;
      const change = random() < 0.05 ? (random() < 0.5 ? 0.1 : -0.1) : (random() - 0.5) * 0.06;
      price *= 1 + change;
      const isHalted = random() < 0.07;
      const close = isHalted ? Number.NaN : Math.fround(price);
      const open = isHalted ? Number.NaN : Math.fround(price * (1 + (random() - 0.5) * 0.02));
      const own = isHalted || Number.isNaN(last) ? Number.NaN : Math.fround(close / last - 1);
      if (!isHalted) last = close;
      rows.push({ day, name, cells: [close, open, own, Math.fround(factor), 1e6 * random()] });
      if (random() < 0.9) scored.push({ day, name, score: random() < 0.08 ? Number.NaN : random() });
    }
  }
  const column = (i: number) => Float32Array.from(rows, ({ cells }) => cells[i]!);
  const market = marketOf(
    panelFromColumns({
      datetime: rows.map(({ day }) => day),
      instrument: rows.map(({ name }) => name),
      columns: {
        $close: column(0),
        $open: column(1),
        $change: column(2),
        $factor: column(3),
        $volume: column(4),
      },
    }),
  );
  const scores = panelFromColumns({
    datetime: scored.map(({ day }) => day),
    instrument: scored.map(({ name }) => name),
    columns: { score: scored.map(({ score }) => score) },
  });
  return { market, scores, days };
}

export const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** Strategies with parameters of every kind. */
export const strategies: fc.Arbitrary<ReplayOptions["strategy"]> = fc.oneof(
  fc.record({
    name: fc.constant("topk-dropout" as const),
    topk: fc.integer({ min: 1, max: 6 }),
    nDrop: fc.integer({ min: 0, max: 3 }),
    holdThreshold: fc.integer({ min: 1, max: 4 }),
    onlyTradable: fc.boolean(),
    forbidAllTradeAtLimit: fc.boolean(),
    riskDegree: fc.constantFrom(0.5, 0.95, 1),
  }),
  fc.record({ name: fc.constant("enhanced-topk-dropout" as const), topk: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    name: fc.constant("soft-topk" as const),
    topk: fc.integer({ min: 1, max: 6 }),
    tradeImpactLimit: fc.constantFrom(0.05, 1),
  }),
  fc.record({
    name: fc.constant("equal-weight" as const),
    topk: fc.integer({ min: 1, max: 6 }),
    orders: fc.constantFrom("previous-close" as const, "deal-price" as const),
  }),
);

export const exchanges: fc.Arbitrary<NonNullable<ReplayOptions["exchange"]>> = fc.record({
  openCost: fc.constantFrom(0, 0.0005, 0.01),
  closeCost: fc.constantFrom(0, 0.0015),
  minCost: fc.constantFrom(0, 5, 200),
  impactCost: fc.constantFrom(0, 0.1),
  tradeUnit: fc.constantFrom(100, 1, null),
  volumeThreshold: fc.constantFrom(null, ["cum", "0.05*$volume"] as const),
});
