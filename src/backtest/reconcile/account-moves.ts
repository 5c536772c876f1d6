import type { Recorded } from "./recorded.js";

/** What one instrument did to the account in a day. */
export interface AccountMove {
  /** Epoch nanoseconds. */
  readonly datetime: bigint;
  readonly instrument: string;
  /** What was held since the day before, times the change of its price; in money, and as a share of the account. */
  readonly gain: number;
  readonly share: number;
  /** The price over the day before's. */
  readonly ratio: number;
}

/**
 * The account's change by name, Σ amount · Δprice over what was held since the day before, the largest in relation to the
 * account first: an account that explodes does it on one day, by one instrument.
 * @param count how many to give
 */
export function accountMoves({ report, positions }: Recorded, count = 10): AccountMove[] {
  if (!positions || !report.has("account")) return [];
  const account = report.column("account");
  const moves: AccountMove[] = [];
  for (let row = 1; row < report.rowCount; row++) {
    const datetime = report.datetimes[row]!;
    const [now, before] = [positions.get(datetime), positions.get(report.datetimes[row - 1]!)];
    if (!now || !before) continue;
    for (const [instrument, { amount, price }] of before) {
      const later = now.get(instrument);
      if (!later || later.price === price) continue;
      const gain = Math.min(amount, later.amount) * (later.price - price);
      moves.push({ datetime, instrument, gain, share: gain / account[row - 1]!, ratio: later.price / price });
    }
  }
  return moves.sort((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, count);
}
