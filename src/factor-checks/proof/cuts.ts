import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";

/** A session after which the input ends. */
export interface Cut {
  readonly session: number;
  readonly why: string;
}

/** What happens in the sessions of a market, as far as a cut could tell something by it. */
export interface MarketEvents {
  /** Instruments with a row, in this session, and none in the next but one later. */
  readonly pauses: Int32Array;
  /** Instruments whose first, or last, row is of this session. */
  readonly listings: Int32Array;
  readonly lastRows: Int32Array;
  /** Instruments whose `$factor` differs from that of their row before. */
  readonly factorChanges: Int32Array;
  /** Rows whose price is missing. */
  readonly missing: Int32Array;
  /** The largest relative move of a price from row to row. */
  readonly largestMove: Float64Array;
}

/** One pass over a market's rows. */
export function marketEvents(market: Panel): MarketEvents {
  const { index } = market;
  const sessions = index.sessionCount;
  const counts = () => new Int32Array(sessions);
  const events = {
    pauses: counts(),
    listings: counts(),
    lastRows: counts(),
    factorChanges: counts(),
    missing: counts(),
  };
  const largestMove = new Float64Array(sessions);
  const close = market.hasField("close") ? market.column("close").floats() : undefined;
  const factor = market.hasField("factor") ? market.column("factor").floats() : undefined;
  const last = new Int32Array(index.instruments.length).fill(-1);
  const lastRow = new Int32Array(index.instruments.length);
  for (let s = 0; s < sessions; s++) {
    const [first, end] = [index.startOf(s), index.startOf(s + 1)];
    const codes = index.codesOf(first, end);
    for (let i = 0; i < codes.length; i++) {
      const [code, row] = [codes[i]!, first + i];
      if (last[code]! < 0) events.listings[s]!++;
      else {
        const before = lastRow[code]!;
        if (last[code]! < s - 1) events.pauses[last[code]!]!++;
        if (factor && factor[row] !== factor[before]) events.factorChanges[s]!++;
        const move = close ? Math.abs(close[row]! / close[before]! - 1) : 0;
        if (move > largestMove[s]!) largestMove[s] = move;
      }
      if (close && Number.isNaN(close[row]!)) events.missing[s]!++;
      [last[code], lastRow[code]] = [s, row];
    }
  }
  for (const s of last) if (s >= 0) events.lastRows[s]!++;
  return { ...events, largestMove };
}

/**
 * Few cuts that tell much: ends of months hide what months leak, the session with most missing prices shows
 * back-filling, and what lists, pauses, splits or ends is where a future shows.
 */
export function tellingCuts(market: Panel, events: MarketEvents = marketEvents(market)): Cut[] {
  const n = market.index.sessionCount;
  if (n < 3) return [];
  const months = Array.from(market.index.datetimes, (ns) => formatNs(ns).slice(0, 7));
  const middle = n >> 1;
  const midMonth = Array.from(months.keys()).find((s) => {
    return s >= n / 3 && s + 6 < n && months[s - 6] === months[s] && months[s + 6] === months[s];
  });
  const monthEnd = Array.from(months.keys()).find(
    (s) => s > middle && s + 1 < n && months[s] !== months[s + 1],
  );
  const wanted: [session: number | undefined, why: string][] = [
    [n - 2, "the last session but one"],
    [middle - 1, "the middle of the sample"],
    [Math.floor(n / 10), "a tenth of the sample"],
    [midMonth, "the middle of a month"],
    [monthEnd, "the last session of a month"],
    [most(events.pauses), "the session in which most instruments pause"],
    [before(events.listings, n), "the session before a listing"],
    [before(events.lastRows, n), "the session before an instrument's last row"],
    [before(events.factorChanges, n), "the session before a change of $factor"],
    [most(events.missing), "the session with most rows whose price is missing"],
    [(most(events.largestMove) ?? 0) - 1, "the session before the largest move"],
  ];
  const cuts = new Map<number, Cut>();
  for (const [session, why] of wanted) {
    if (session !== undefined && session >= 1 && session <= n - 2 && !cuts.has(session))
      cuts.set(session, { session, why });
  }
  return [...cuts.values()];
}

/** Every session but the first and the last. */
export function everyCut(market: Panel): Cut[] {
  const n = market.index.sessionCount;
  return Array.from({ length: Math.max(0, n - 2) }, (_, k) => ({ session: k + 1, why: "every session" }));
}

/** The session with the most, but for the first and the last; undefined where there is none. */
function most(counts: ArrayLike<number>): number | undefined {
  let best: number | undefined;
  for (let s = 1; s < counts.length - 1; s++) {
    if (counts[s]! > 0 && (best === undefined || counts[s]! > counts[best]!)) best = s;
  }
  return best;
}

/** The session before one of the middle that has some, nearest to two thirds of the sample. */
function before(counts: Int32Array, n: number): number | undefined {
  let best: number | undefined;
  for (let s = 2; s < n - 1; s++) {
    if (counts[s]! === 0) continue;
    if (best === undefined || Math.abs(s - (2 * n) / 3) < Math.abs(best - (2 * n) / 3)) best = s;
  }
  return best === undefined ? undefined : best - 1;
}
