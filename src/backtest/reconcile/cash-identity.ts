import type { Market } from "../market/market.js";
import type { Recorded } from "./recorded.js";

/** A day on which money appears or disappears: Δcash + Σ Δamount · close + Δcost is not 0. */
export interface CashBreach {
  /** Epoch nanoseconds. */
  readonly datetime: bigint;
  /** In money; above 0, money has appeared. */
  readonly residual: number;
  /** What was traded that day, by how much it may be wrong: the largest trade first. */
  readonly instruments: readonly string[];
}

/** Residuals below this share of the account are rounding. */
const WITHIN = 1e-9;

/**
 * Checks for each day of a recorded run that no money appears: Δcash + Σ Δamount · close + Δcost = 0, which holds where
 * orders fill at the close. A run that fills at another price breaches it by the difference of the prices; one whose
 * prices or amounts changed their unit breaches it by a multiple of the account.
 * @returns the days that breach it; none where cash, costs or positions are not recorded
 */
export function cashIdentity(recorded: Recorded, market: Market): CashBreach[] {
  const { report, positions } = recorded;
  if (!positions || !report.has("cash") || !report.has("total_cost") || !report.has("account")) return [];
  const [cash, cost, account] = ["cash", "total_cost", "account"].map((name) => report.column(name));
  const close = market.field("$close");
  const breaches: CashBreach[] = [];
  for (let row = 1; row < report.rowCount; row++) {
    const ns = report.datetimes[row]!;
    const [now, before] = [positions.get(ns), positions.get(report.datetimes[row - 1]!)];
    if (!now || !before) continue;
    const base = market.sessionAtOrBefore(ns) * market.instruments.length;
    const trades: { instrument: string; value: number }[] = [];
    for (const instrument of new Set([...before.keys(), ...now.keys()])) {
      const amount = (now.get(instrument)?.amount ?? 0) - (before.get(instrument)?.amount ?? 0);
      const code = market.positionOf(instrument);
      const price = now.get(instrument)?.price ?? (code < 0 ? Number.NaN : close[base + code]!);
      if (amount !== 0) trades.push({ instrument, value: amount * price });
    }
    const moved = trades.reduce((sum, { value }) => sum + value, 0);
    const residual = cash![row]! - cash![row - 1]! + moved + (cost![row]! - cost![row - 1]!);
    if (Math.abs(residual) <= WITHIN * Math.abs(account![row]!)) continue;
    trades.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    breaches.push({ datetime: ns, residual, instruments: trades.map(({ instrument }) => instrument) });
  }
  return breaches;
}
