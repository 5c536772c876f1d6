import { formatNs } from "../../time.js";
import type { Backtest } from "../replay/backtest.js";

/** What the charts of a backtest draw, one number a session. Returns are added up, as qlib's reports do. */
export interface Curves {
  readonly sessions: readonly string[];
  /** The account over the account before the first session. */
  readonly equity: Float64Array;
  /** Π(1 + r) of the benchmark; empty where there is none. */
  readonly benchmark: Float64Array;
  /** Sums of the return less the benchmark's, before and after costs. */
  readonly excess: Float64Array;
  readonly excessAfterCost: Float64Array;
  /** Equity below its highest so far; 0 or less. */
  readonly drawdown: Float64Array;
  /** Value of the holdings over the account. */
  readonly exposure: Float64Array;
  readonly holdings: Float64Array;
  /** After costs, by session. */
  readonly returns: Float64Array;
}

export function curvesOf({ report, positions }: Backtest): Curves {
  const [account, gross, cost] = [report.column("account"), report.column("return"), report.column("cost")];
  const [value, bench] = [report.column("value"), report.column("bench")];
  const returns = gross.map((r, i) => r - cost[i]!);
  // A first session without trades has the account before it.
  const before =
    account.length > 0 ? account[0]! / (1 + (Number.isFinite(returns[0]!) ? returns[0]! : 0)) : 1;
  const equity = account.map((money) => money / before);
  const hasBenchmark = bench.some((r) => Number.isFinite(r) && r !== 0);
  let highest = 1;
  return {
    sessions: Array.from(report.datetimes, (ns) => formatNs(ns)),
    equity,
    benchmark: hasBenchmark ? compounded(bench) : new Float64Array(),
    excess: summed(gross.map((r, i) => r - bench[i]!)),
    excessAfterCost: summed(returns.map((r, i) => r - bench[i]!)),
    drawdown: equity.map((now) => {
      highest = Math.max(highest, now);
      return now / highest - 1;
    }),
    exposure: value.map((money, i) => money / account[i]!),
    holdings: Float64Array.from(account, (_, session) => positions.countAt(session)),
    returns,
  };
}

function summed(returns: Float64Array): Float64Array {
  let sum = 0;
  return returns.map((r) => {
    if (Number.isFinite(r)) sum += r;
    return sum;
  });
}

function compounded(returns: Float64Array): Float64Array {
  let wealth = 1;
  return returns.map((r) => {
    if (Number.isFinite(r)) wealth *= 1 + r;
    return wealth;
  });
}

/** Π(1 + r) - 1 of the sessions of each month. */
export function monthlyReturns({ sessions, returns }: Curves): ReadonlyMap<string, number> {
  const wealth = new Map<string, number>();
  for (const [i, date] of sessions.entries()) {
    const month = date.slice(0, 7);
    const r = Number.isFinite(returns[i]!) ? returns[i]! : 0;
    wealth.set(month, (wealth.get(month) ?? 1) * (1 + r));
  }
  return new Map(Array.from(wealth, ([month, end]) => [month, end - 1]));
}
