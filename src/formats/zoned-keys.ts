import type { SortedKeys } from "../columns/table.js";
import { wallClockToUtc } from "../time.js";

/**
 * Keys as formats hold times of a zone: in UTC, the zone beside them. `zone` is undefined, and the keys stay as they
 * are, where they have none or its clocks never show one of their times.
 */
export function keysInUtc(keys: SortedKeys): {
  readonly keys: SortedKeys;
  readonly zone: string | undefined;
} {
  const { timezone } = keys;
  const utc = timezone === undefined ? undefined : wallClockToUtc(keys.datetimes, timezone);
  if (!utc) return { keys, zone: undefined };
  const { rowCount, sessionCount, instruments } = keys;
  const startOf = (session: number) => keys.startOf(session);
  const codesOf = (first: number, last: number) => keys.codesOf(first, last);
  return {
    keys: { rowCount, sessionCount, instruments, datetimes: utc, timezone, startOf, codesOf },
    zone: timezone,
  };
}
