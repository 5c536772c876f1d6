import { DataServiceError } from "../errors.js";
import { lowerBound } from "../search.js";
import { parseRangeNs, parseTimeNs, type TimeInput } from "../time.js";
import type { PanelIndex } from "./panel-index.js";

/** @see PanelIndex.isSession @throws DataServiceError bad-request */
export function isSession({ calendar }: PanelIndex, datetime: TimeInput): boolean {
  const ns = parseTimeNs(datetime, "datetime");
  return calendar[atOrAfter(calendar, ns)] === ns;
}

/** @see PanelIndex.sessionAfter @throws DataServiceError bad-request */
export function sessionAfter({ calendar }: PanelIndex, datetime: TimeInput, n: number): bigint | undefined {
  if (!Number.isInteger(n) || n === 0) {
    const problem = `sessionAfter: ${String(n)} is not a number of sessions; 1 is the next one, -1 the one before`;
    throw new DataServiceError("bad-request", problem);
  }
  const ns = parseTimeNs(datetime, "datetime");
  const session = n > 0 ? atOrAfter(calendar, ns + 1n) + n - 1 : atOrAfter(calendar, ns) + n;
  return calendar[session];
}

/** @see PanelIndex.sessionsBetween @throws DataServiceError bad-request */
export function sessionsBetween({ calendar }: PanelIndex, start: TimeInput, end: TimeInput): BigInt64Array {
  const { startNs, endNs } = parseRangeNs({ start, end });
  return calendar.subarray(atOrAfter(calendar, startNs!), atOrAfter(calendar, endNs! + 1n));
}

/** The sessions of `datetimes`, and those of a longer calendar that come after them. Both ascend. */
export function extendCalendar(datetimes: BigInt64Array, longer: BigInt64Array): BigInt64Array {
  const last = datetimes.at(-1);
  const later = longer.subarray(last === undefined ? 0 : atOrAfter(longer, last + 1n));
  const all = new BigInt64Array(datetimes.length + later.length);
  all.set(datetimes);
  all.set(later, datetimes.length);
  return all;
}

function atOrAfter(calendar: BigInt64Array, ns: bigint): number {
  return lowerBound(calendar, ns, 0, calendar.length);
}

/** A start that is so many sessions before another time: the warm-up of a window. */
export interface SessionsBefore {
  /** 0 for the first session at or after `of`. */
  readonly sessionsBefore: number;
  readonly of: TimeInput;
}

export function isSessionsBefore(start: TimeInput | SessionsBefore | undefined): start is SessionsBefore {
  return typeof start === "object" && start !== null && !(start instanceof Date);
}

/** The time of such a start; the first session where there are not so many. @throws DataServiceError bad-request */
export function startOf({ calendar }: PanelIndex, { sessionsBefore, of }: SessionsBefore): bigint {
  if (!(Number.isInteger(sessionsBefore) && sessionsBefore >= 0)) {
    const problem = `start: ${String(sessionsBefore)} is not a number of sessions before; give { sessionsBefore: 20, of: "2020-03-02" }`;
    throw new DataServiceError("bad-request", problem);
  }
  const ns = parseTimeNs(of, "start.of");
  return calendar[Math.max(0, atOrAfter(calendar, ns) - sessionsBefore)] ?? ns;
}
