import { DataServiceError, pathOf } from "../errors.js";
import { formatNs, utcToWallClock, wallClockToUtc } from "../time.js";
import { PanelIndex } from "./panel-index.js";

/**
 * The same keys, of which the datetimes are said to show the wall clock of `zone`; none where it is undefined. No time
 * changes: pandas' `tz_localize`.
 * @throws DataServiceError bad-request (no such zone)
 */
export function indexWithZone(index: PanelIndex, zone: string | undefined, label: string): PanelIndex {
  if (zone === index.timezone) return index;
  if (zone !== undefined) checkZone(zone, label);
  return withTimes(index, index.datetimes, zone, index.givenCalendar);
}

/**
 * The same instants on the clocks of `zone`: pandas' `tz_convert`.
 * @throws DataServiceError zone-conflict (the index has no zone), bad-request (no such zone; clocks that skip a time, or
 *   that would show two instants as one or in another order, as where summer time ends)
 */
export function indexInZone(index: PanelIndex, zone: string, label: string): PanelIndex {
  const { timezone, datetimes } = index;
  if (zone === timezone) return index;
  checkZone(zone, label);
  if (timezone === undefined) {
    throw new DataServiceError(
      "zone-conflict",
      `${label}: its times have no zone, so they cannot be taken to ${zone}; say which zone's clocks they show, with openPanel(path, { timezone: "${zone}" }) or panel.withZone("${zone}")`,
      pathOf(label),
    );
  }
  const utc = wallClockToUtc(datetimes, timezone);
  if (!utc) {
    throw new DataServiceError(
      "bad-request",
      `${label}: the clocks of ${timezone} skip one of its times; give the zone whose clocks they show with panel.withZone(zone)`,
      pathOf(label),
    );
  }
  const there = utcToWallClock(utc, zone)!;
  for (let s = 1; s < there.length; s++) {
    if (there[s]! > there[s - 1]!) continue;
    throw new DataServiceError(
      "bad-request",
      `${label}: the clocks of ${zone} show ${formatNs(there[s]!)} twice, as where summer time ends; compare in UTC, with inZone("UTC") on both sides`,
      { ...pathOf(label), found: [formatNs(there[s]!)] },
    );
  }
  return withTimes(index, there, zone);
}

function withTimes(
  index: PanelIndex,
  datetimes: BigInt64Array,
  timezone: string | undefined,
  calendar?: BigInt64Array,
): PanelIndex {
  const { instruments, offsets, allUsed } = index;
  const codes = { read: (first: number, last: number) => index.codesOf(first, last) };
  const mayRepeat = index.repeats > 0;
  return new PanelIndex({ datetimes, instruments, offsets, codes, timezone, allUsed, mayRepeat, calendar });
}

/** @throws DataServiceError bad-request */
export function checkZone(zone: string, label: string): void {
  if (typeof zone === "string" && utcToWallClock(new BigInt64Array(0), zone)) return;
  throw new DataServiceError(
    "bad-request",
    `${label}: the time zone ${JSON.stringify(zone)} is not known; give an IANA name such as "Asia/Shanghai", "UTC", or an offset such as "+08:00"`,
    pathOf(label),
  );
}
