import { formatNs } from "../../time.js";
import { exchangeRules } from "../exchange/exchange-options.js";
import type { Grid, Market } from "../market/market.js";
import type { Backtest } from "../replay/backtest.js";
import type { Change, RunParts } from "./cause.js";
import { isEqual, type Parting } from "./compare-runs.js";
import type { Recorded } from "./recorded.js";

/** Prices that were other ones in the recorded run, sessions that it did not have, and names that did not trade. */
export function priceChanges(
  parts: RunParts,
  ours: Backtest,
  recorded: Recorded,
  parting: Parting,
): Change[] {
  if (parting.onlyIn === "ours") return [withoutSession(parting.datetime)];
  if (parting.onlyIn === "recorded") return [];
  const { market } = parts;
  return [
    ...keptPrices(market, ours, parting),
    ...restatedPrices(market, recorded, parting),
    ...(recorded.positions ? [] : guessedPrices(market, ours, parting)),
    ...refilledPrices(parts, ours, recorded, parting),
    ...halts(market, ours, parting),
  ];
}

function withoutSession(datetime: bigint): Change {
  return {
    kind: "calendar",
    datetime,
    sentence: `the recorded run has no session ${formatNs(datetime)}`,
    apply: (parts) => ({
      ...parts,
      market: parts.market.withoutSession(parts.market.sessionAtOrAfter(datetime)),
    }),
  };
}

/** Holdings whose recorded price is still the one before: as if they had been suspended that day. */
function keptPrices(market: Market, ours: Backtest, { datetime, positions }: Parting): Change[] {
  const row = ours.report.rowOf(datetime);
  if (row < 1) return [];
  const before = new Map(ours.positions.at(row - 1).map(({ instrument, price }) => [instrument, price]));
  return positions
    .filter(({ instrument, ours: own, recorded }) => {
      const price = before.get(instrument);
      return own && recorded && price !== undefined && isEqual(recorded.price, price, 1e-6);
    })
    .flatMap(({ instrument }) => haltsOf(market, instrument, datetime));
}

/** By what the prices of an instrument differ from ours in the recorded positions: once, from a day on, or throughout. */
function restatedPrices(market: Market, recorded: Recorded, { positions, datetime }: Parting): Change[] {
  return positions.flatMap(({ instrument, ours, recorded: there }) => {
    if (!ours || !there) return [];
    const ratio = rounded(there.price / ours.price);
    if (ratio === 1 || !(ratio > 0)) return [];
    const isRebased = isEqual(there.amount * there.price, ours.amount * ours.price, 1);
    if (isRebased) return [rebased(instrument, ratio, datetime)];
    const held = daysApart(market, recorded, instrument);
    return [...new Set([held, undefined])].map((days) => restated(market, instrument, ratio, datetime, days));
  });
}

/** The number with few digits that it stands for, if it stands for one. */
function rounded(ratio: number): number {
  const short = Number(ratio.toPrecision(6));
  return Math.abs(short / ratio - 1) < 1e-6 ? short : ratio;
}

/** The sessions in which the recorded price of an instrument is not ours, by their ratio. */
function daysApart(market: Market, recorded: Recorded, instrument: string): ReadonlyMap<number, number> {
  const close = market.field("$close");
  const code = market.positionOf(instrument);
  const days = new Map<number, number>();
  for (const [ns, held] of recorded.positions!) {
    const session = market.sessionAtOrBefore(ns);
    const own = close[session * market.instruments.length + code]!;
    if (Number.isNaN(own)) continue; // suspended: it is held at an earlier price
    for (const [name, { price }] of held) {
      if (market.positionOf(name) === code && !isEqual(price, own, 1e-6)) days.set(session, price / own);
    }
  }
  return days;
}

/** Prices of an instrument, in one field, times a ratio: on the days given, or from a day to the end. */
function restated(
  market: Market,
  instrument: string,
  ratio: number,
  datetime: bigint,
  days: ReadonlyMap<number, number> | undefined,
  field = "$close",
): Change {
  const last = days === undefined ? market.datetimes.at(-1)! : market.datetimes[Math.max(...days.keys())]!;
  const span = last === datetime ? `on ${formatNs(datetime)}` : `from ${formatNs(datetime)} on`;
  return {
    kind: "price-restated",
    instrument,
    datetime,
    until: last,
    field,
    ratio,
    sentence: `the recorded run's ${field} of ${instrument} is ${ratio} times ours ${span}`,
    apply: (parts) => {
      const first = parts.market.sessionAtOrAfter(datetime);
      const by = (session: number) => (days ? (days.get(session) ?? 1) : session >= first ? ratio : 1);
      return { ...parts, market: scaled(parts.market, instrument, { [field]: by }) };
    },
  };
}

/** Prices of an instrument on another base: amounts differ, and no money does. */
function rebased(instrument: string, ratio: number, datetime: bigint): Change {
  return {
    kind: "readjusted",
    instrument,
    datetime,
    ratio,
    sentence: `the recorded run's prices of ${instrument} are adjusted to another base, ${ratio} times ours: amounts differ, and no money does`,
    apply: (parts) => {
      const { market } = parts;
      const prices = market.fieldNames.filter((name) => /^\$(open|high|low|close|vwap|factor)$/.test(name));
      const by = Object.fromEntries(prices.map((name) => [name, () => ratio]));
      const volume = market.hasField("$volume") ? { $volume: () => 1 / ratio } : {};
      return { ...parts, market: scaled(market, instrument, { ...by, ...volume }) };
    },
  };
}

/** A market with the cells of one instrument multiplied, session by session. */
function scaled(
  market: Market,
  instrument: string,
  by: Readonly<Record<string, (session: number) => number>>,
): Market {
  const [code, width] = [market.positionOf(instrument), market.instruments.length];
  const grids: Record<string, Grid> = {};
  for (const [name, ratioOf] of Object.entries(by)) {
    const grid = market.field(name).slice();
    for (let s = 0; s < market.sessionCount; s++) grid[s * width + code]! *= ratioOf(s);
    grids[name] = grid;
  }
  return market.withFields(grids);
}

/** Without recorded positions: what each holding's price must have been for the day's value to be the recorded one. */
function guessedPrices(market: Market, ours: Backtest, { columns, datetime }: Parting): Change[] {
  const value = columns.find(({ column }) => column === "value");
  const row = ours.report.rowOf(datetime);
  if (!value || row < 0) return [];
  return ours.positions.at(row).flatMap(({ instrument, amount, price }) => {
    const ratio = rounded(1 + (value.recorded - value.ours) / (amount * price));
    if (!(ratio > 0) || ratio === 1) return [];
    const once = new Map([[market.sessionAtOrAfter(datetime), ratio]]);
    return [once, undefined].map((days) => restated(market, instrument, ratio, datetime, days));
  });
}

/**
 * Another price that an instrument was filled at, where orders do not fill at the close: what the day's recorded turnover
 * leaves for the one that both bought in other amounts.
 */
function refilledPrices(
  { market, options }: RunParts,
  ours: Backtest,
  recorded: Recorded,
  { datetime, positions }: Parting,
): Change[] {
  const { buyPrice } = exchangeRules(options.exchange);
  const row = ours.report.rowOf(datetime);
  const there = recorded.report.rowOf(datetime);
  if (buyPrice === "$close" || !market.hasField(buyPrice) || !recorded.report.has("total_turnover"))
    return [];
  if (row < 0 || there < 0) return [];
  const more = recorded.report.column("total_turnover")[there]! - ours.report.column("total_turnover")[row]!;
  return positions.flatMap(({ instrument, recorded: held }) => {
    const order = ours.orders.find(
      (own) => own.datetime === datetime && own.instrument === instrument && own.side === "buy",
    );
    if (!order || !held) return [];
    const ratio = rounded((order.value + more) / held.amount / order.price);
    if (!(ratio > 0) || ratio === 1) return [];
    const days = new Map([[market.sessionAtOrAfter(datetime), ratio]]);
    return [restated(market, instrument, ratio, datetime, days, buyPrice)];
  });
}

/** Sessions that a halt may last; the last is to the end. */
const HALTS = [1, 2, 3, 4, 5, 7, 10, 20, Number.POSITIVE_INFINITY];

/** Names that we traded that day and the recorded run did not: as if they had been suspended. */
function halts(market: Market, ours: Backtest, parting: Parting): Change[] {
  return tradedByUs(ours, parting).flatMap((instrument) => haltsOf(market, instrument, parting.datetime));
}

function haltsOf(market: Market, instrument: string, datetime: bigint): Change[] {
  const first = market.sessionAtOrAfter(datetime);
  return HALTS.map((count): Change => {
    const last = market.datetimes[Math.min(first + count, market.sessionCount) - 1]!;
    const when = count === 1 ? `on ${formatNs(datetime)}` : `from ${formatNs(datetime)} to ${formatNs(last)}`;
    return {
      kind: "suspended-row",
      instrument,
      datetime,
      until: last,
      field: "$close",
      sentence: `in the recorded run's prices ${instrument} did not trade ${when}`,
      apply: (parts) => {
        const by = (s: number) => (s >= first && s < first + count ? Number.NaN : 1);
        return { ...parts, market: scaled(parts.market, instrument, { $close: by }) };
      },
    };
  });
}

function tradedByUs(ours: Backtest, { datetime, positions }: Parting): string[] {
  const orders = ours.orders.filter((order) => order.datetime === datetime && order.dealAmount > 0);
  const apart = new Set(positions.map(({ instrument }) => instrument));
  const names = new Set(orders.map(({ instrument }) => instrument));
  return [...names].filter((instrument) => apart.size === 0 || apart.has(instrument));
}

/** Names that stood at a limit in one of the two runs alone: their $change of the day was another. */
export function limitMoves({ market }: RunParts, ours: Backtest, parting: Parting): Change[] {
  const { datetime, positions } = parting;
  if (!market.hasField("$change")) return [];
  const apart = new Set(positions.map(({ instrument }) => instrument));
  const free = ours.untraded.filter(
    ({ datetime: day, instrument, why }) =>
      day === datetime && why.startsWith("limit") && (apart.size === 0 || apart.has(instrument)),
  );
  const moves = [
    ...free.map(({ instrument }) => [instrument, 0, "stood at no limit"] as const),
    ...tradedByUs(ours, parting).map((instrument) => [instrument, 9, "stood at its upper limit"] as const),
    ...tradedByUs(ours, parting).map((instrument) => [instrument, -9, "stood at its lower limit"] as const),
  ];
  return moves.map(([instrument, change, words]) => ({
    kind: "price-restated",
    instrument,
    datetime,
    until: datetime,
    field: "$change",
    sentence: `in the recorded run's prices ${instrument} ${words} on ${formatNs(datetime)}: its $change was another`,
    apply: (parts) => {
      const grid = parts.market.field("$change").slice();
      const session = parts.market.sessionAtOrAfter(datetime);
      grid[session * parts.market.instruments.length + parts.market.positionOf(instrument)] = change;
      return { ...parts, market: parts.market.withFields({ $change: grid }) };
    },
  }));
}
