import type { Recorded } from "#src/backtest/reconcile/recorded.js";
import type { Backtest } from "#src/backtest/replay/backtest.js";

/** A backtest as if somebody had recorded it. */
export function recordedOf({ report, positions }: Backtest): Recorded {
  const days = Array.from(positions.datetimes, (ns, row) => {
    const held = positions
      .at(row)
      .map(({ instrument, amount, price }) => [instrument, { amount, price }] as const);
    return [ns, new Map(held)] as const;
  });
  return { label: "recorded", report, positions: new Map(days) };
}
