import { DataServiceError } from "../errors.js";
import { parseRangeNs, parseTimeNs, type TimeInput } from "../time.js";
import type { PanelIndex } from "./panel-index.js";

/** @see PanelIndex.isSession @throws DataServiceError bad-request */
export function isSession(index: PanelIndex, datetime: TimeInput): boolean {
  return index.sessionAt(parseTimeNs(datetime, "datetime")) >= 0;
}

/** @see PanelIndex.sessionAfter @throws DataServiceError bad-request */
export function sessionAfter(index: PanelIndex, datetime: TimeInput, n: number): bigint | undefined {
  if (!Number.isInteger(n) || n === 0) {
    const problem = `sessionAfter: ${String(n)} is not a number of sessions; 1 is the next one, -1 the one before`;
    throw new DataServiceError("bad-request", problem);
  }
  const ns = parseTimeNs(datetime, "datetime");
  const session = n > 0 ? index.sessionAtOrAfter(ns + 1n) + n - 1 : index.sessionAtOrAfter(ns) + n;
  return index.datetimes[session];
}

/** @see PanelIndex.sessionsBetween @throws DataServiceError bad-request */
export function sessionsBetween(index: PanelIndex, start: TimeInput, end: TimeInput): BigInt64Array {
  const { startNs, endNs } = parseRangeNs({ start, end });
  return index.datetimes.subarray(index.sessionAtOrAfter(startNs!), index.sessionAtOrAfter(endNs! + 1n));
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
export function startOf(index: PanelIndex, { sessionsBefore, of }: SessionsBefore): bigint {
  if (!(Number.isInteger(sessionsBefore) && sessionsBefore >= 0)) {
    const problem = `start: ${String(sessionsBefore)} is not a number of sessions before; give { sessionsBefore: 20, of: "2020-03-02" }`;
    throw new DataServiceError("bad-request", problem);
  }
  const ns = parseTimeNs(of, "start.of");
  return index.datetimes[Math.max(0, index.sessionAtOrAfter(ns) - sessionsBefore)] ?? ns;
}
