import { DataServiceError, type ErrorCode, pathOf } from "./errors.js";

/** A point in time as callers give it: an ISO string, a Date (read by its UTC fields), or epoch nanoseconds. */
export type TimeInput = string | Date | bigint;

export const NS_PER_SECOND = 1_000_000_000n;
export const NS_PER_MS = 1_000_000n;
export const NS_PER_DAY = 86_400n * NS_PER_SECOND;
/** numpy's NaT as an int64: the least one, so that times begin after it. */
export const NAT_NS = -(2n ** 63n);
/** The last time that 64-bit nanoseconds hold. */
const LAST_NS = 2n ** 63n - 1n;

const ISO = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/;

/**
 * Epoch nanoseconds of an exchange wall-clock time. `2020-03-02`, `20200302`, `2020-03-02 09:31`,
 * `2020-03-02T09:31:00.000000001`; a Date counts by its UTC fields; a bigint is taken as it is. A bound such as
 * `9999-12-31` may lie beyond what a cell holds.
 */
export function parseTimeNs(input: TimeInput, what: string): bigint {
  if (typeof input === "bigint") return input;
  if (input instanceof Date) {
    const ms = input.getTime();
    if (Number.isNaN(ms)) throw badTime(what, "Invalid Date");
    return BigInt(ms) * NS_PER_MS;
  }
  const m = typeof input === "string" ? ISO.exec(input.trim()) : null;
  if (!m) throw badTime(what, typeof input === "string" ? JSON.stringify(input) : String(input));
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  const rolled = midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day;
  if (rolled || hour > 23 || minute > 59 || second > 59) throw badTime(what, JSON.stringify(input));
  const ms = midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
  return BigInt(ms) * NS_PER_MS + BigInt((m[7] ?? "").padEnd(9, "0"));
}

const TEXT =
  /^(\d{4})(?:([-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?|(\d{2})(\d{2}))(?:(?:[T ] *|(?<=\d{8}))(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9})|(?<=\d{14})(\d{3}))?)?)? ?(?:(Z)|([+-]\d{2}):?(\d{2})?)?$/;

/** A time as a file writes it: what the clock shows, and its offset from UTC where one is written. */
export interface WrittenTime {
  readonly ns: bigint;
  readonly offsetMinutes: number | undefined;
}

/**
 * A time in one of the forms that pandas' `to_datetime` reads without being told, year first: `2020-01-02`, `2020/1/2`,
 * `2020.01.02`, `20200102`, `2020年1月2日`, each with a time of day after a blank or T, with `Z` or an offset; and digits
 * alone, `20200102093100` or baostock's 17. Undefined for other texts, and for days that are not in the calendar.
 */
export function parseTimeText(text: string): WrittenTime | undefined {
  const m = TEXT.exec(text.trim());
  if (!m) return undefined;
  const pad = (part: string | undefined) => (part ?? "00").padStart(2, "0");
  const date = `${m[1]}-${pad(m[3] ?? m[5])}-${pad(m[4] ?? m[6])}`;
  const fraction = m[10] ?? m[11];
  const time = `${date}T${pad(m[7])}:${pad(m[8])}:${pad(m[9])}${fraction === undefined ? "" : `.${fraction}`}`;
  if (!isTime(time)) return undefined;
  const ns = parseTimeNs(time, "");
  if (ns <= NAT_NS || ns > LAST_NS) return undefined;
  if (m[12] !== undefined) return { ns, offsetMinutes: 0 };
  if (m[13] === undefined) return { ns, offsetMinutes: undefined };
  const hours = Number(m[13]);
  const minutes = Number(m[14] ?? 0);
  return { ns, offsetMinutes: 60 * hours + (m[13].startsWith("-") ? -minutes : minutes) };
}

/** Whether `parseTimeNs` takes the text for a time. */
export function isTime(text: string): boolean {
  try {
    parseTimeNs(text, "");
    return true;
  } catch {
    return false;
  }
}

/** The same of a time that becomes a cell, in a row of `from`. @throws DataServiceError bad-request (beyond what cells hold) */
export function parseCellNs(input: TimeInput, field: string, row: number, from: string): bigint {
  const ns = parseTimeNs(input, field);
  if (ns >= NAT_NS && ns <= LAST_NS) return ns;
  throw beyondSpan(ns, row, { label: from, field, code: "bad-request", advice: "leave that row out" });
}

/** What the error about a time that no cell can hold says of the column or key it is in. */
export interface TimesOf {
  /** The file, or what the table is called. */
  readonly label: string;
  readonly field: string;
  /** The row of the i-th; i where omitted. */
  readonly rowOf?: ((i: number) => number) | undefined;
  /** "unsupported" where omitted: they are a file's. */
  readonly code?: ErrorCode;
  /** What to do; for a file's where omitted. */
  readonly advice?: string;
}

const FILE_ADVICE = "leave out that row or that column, or write NaT in its place";

function beyondSpan(
  ns: bigint,
  row: number,
  { label, field, code = "unsupported", advice = FILE_ADVICE }: TimesOf,
): DataServiceError {
  const span = `${formatNs(NAT_NS + 1n)} to ${formatNs(LAST_NS)}`;
  return new DataServiceError(
    code,
    `${label}: row ${row} of "${field}" is ${formatNs(ns)}, beyond what 64-bit nanoseconds hold (${span}); ${advice}`,
    { field, position: row, ...(code === "unsupported" && pathOf(label)) },
  );
}

const NAT_HIGH_WORD = -(2 ** 31);

/**
 * Times counted in another unit from 1970 on as nanoseconds; NaT stays NaT. They are shared where the unit is 1 ns.
 * @throws DataServiceError where one is beyond what 64-bit nanoseconds hold
 */
export function toNanoseconds(times: BigInt64Array, unitNs: bigint, of: TimesOf): BigInt64Array {
  if (unitNs === 1n) return times;
  const words = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  // A cell's upper word tells that it is inside without a BigInt of it; only near the ends of the span is it not enough.
  const inside = Number((LAST_NS / unitNs) >> 32n);
  let [lowest, highest, missing] = [0, 0, 0];
  for (let w = 0; w < words.length; w += 2) {
    const high = words[w + 1]!;
    if (high === NAT_HIGH_WORD && words[w] === 0) missing++;
    else if (high < lowest) lowest = high;
    else if (high > highest) highest = high;
  }
  if (lowest < -inside || highest >= inside) refuseBeyond(times, unitNs, of);
  const ns = new BigInt64Array(times.length);
  for (let i = 0; i < ns.length; i++) ns[i] = times[i]! * unitNs;
  if (missing > 0) for (let i = 0; i < ns.length; i++) if (times[i] === NAT_NS) ns[i] = NAT_NS;
  return ns;
}

function refuseBeyond(times: BigInt64Array, unitNs: bigint, of: TimesOf): void {
  const most = LAST_NS / unitNs;
  const at = times.findIndex((time) => time !== NAT_NS && (time > most || time < -most));
  if (at >= 0) throw beyondSpan(times[at]! * unitNs, of.rowOf?.(at) ?? at, of);
}

/** The last nanosecond that `input` takes in: a bare date as an end takes in its whole day. */
export function parseEndNs(input: TimeInput, what: string): bigint {
  const ns = parseTimeNs(input, what);
  return typeof input === "string" && input.trim().length <= 10 ? ns + NS_PER_DAY - 1n : ns;
}

/** The nanoseconds of a request's `start` and `end`, both inclusive. @throws DataServiceError bad-request, also for an end before the start */
export function parseRangeNs({
  start,
  end,
}: {
  start?: TimeInput | undefined;
  end?: TimeInput | undefined;
}): {
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
} {
  const startNs = start === undefined ? undefined : parseTimeNs(start, "start");
  const endNs = end === undefined ? undefined : parseEndNs(end, "end");
  if (startNs === undefined || endNs === undefined || startNs <= endNs) return { startNs, endNs };
  throw new DataServiceError(
    "bad-request",
    `start ${formatNs(startNs)} is after end ${formatNs(parseTimeNs(end!, "end"))}; give the earlier one as start`,
  );
}

/** A length of time as callers give it: `"30d"`, `"90min"`, `"1.5h"`, or nanoseconds. */
export type DurationInput = string | bigint;

const DURATION = /^(\d+)(?:\.(\d{1,9}))?\s*(d|h|min|s|ms|us|ns)$/;
const UNIT_NS: Readonly<Record<string, bigint>> = {
  d: NS_PER_DAY,
  h: 3600n * NS_PER_SECOND,
  min: 60n * NS_PER_SECOND,
  s: NS_PER_SECOND,
  ms: NS_PER_MS,
  us: 1000n,
  ns: 1n,
};

/** Nanoseconds of a length of time: a count of d (24 hours), h, min, s, ms, us or ns; a bigint is taken as it is. */
export function parseDurationNs(input: DurationInput, what: string): bigint {
  if (typeof input === "bigint" && input >= 0n) return input;
  const m = typeof input === "string" ? DURATION.exec(input.trim()) : null;
  if (m) {
    const unit = UNIT_NS[m[3]!]!;
    return BigInt(m[1]!) * unit + (BigInt((m[2] ?? "").padEnd(9, "0")) * unit) / 1_000_000_000n;
  }
  throw new DataServiceError(
    "bad-request",
    `${what}: ${typeof input === "string" ? JSON.stringify(input) : String(input)} is not a length of time; give a count with a unit (d, h, min, s, ms, us, ns) such as "30d" or "90min", or nanoseconds as a bigint`,
  );
}

function badTime(what: string, found: string): DataServiceError {
  const words = ", a Date, or epoch nanoseconds as a bigint";
  return new DataServiceError(
    "bad-request",
    `${what}: ${found} is not a time; give an ISO date or time such as "2020-03-02" or "2020-03-02 09:31" (exchange wall clock, without a zone)${words}`,
    { advice: { code: "times", words } },
  );
}

/** What a Date can show. */
const MOST_SHOWN_NS = 8_640_000_000_000_000n * NS_PER_MS;

/**
 * Epoch nanoseconds as `2020-03-02`, or as `2020-03-02 09:31:00` if there is a time of day, with any fraction of a
 * second.
 */
export function formatNs(ns: bigint): string {
  if (ns === NAT_NS) return "NaT";
  if (ns > MOST_SHOWN_NS || ns < -MOST_SHOWN_NS) return `${ns} ns from 1970 on`;
  const [date, time] = isoNs(ns).split("T") as [string, string];
  return time === "00:00:00" ? date : `${date} ${time}`;
}

/** `2020-03-02T09:31:00`, with 3, 6 or 9 fraction digits where they are not zero. */
export function isoNs(ns: bigint): string {
  const fraction = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const seconds = (ns - fraction) / NS_PER_SECOND;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  if (fraction === 0n) return base;
  const digits = fraction.toString().padStart(9, "0");
  const kept = digits.endsWith("000000") ? 3 : digits.endsWith("000") ? 6 : 9;
  return `${base}.${digits.slice(0, kept)}`;
}

/** A Date whose UTC fields show the wall clock; what is finer than a millisecond is cut off. */
export function dateOfNs(ns: bigint): Date {
  const rest = ((ns % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
  return new Date(Number((ns - rest) / NS_PER_MS));
}

const FIXED_OFFSET = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})$/;

/**
 * What the clocks of `timezone` (an IANA name, `UTC`, or an offset such as `+08:00`) show at each UTC time;
 * NaT stays NaT, and UTC shares the times. Undefined where there is no such zone.
 */
export function utcToWallClock(utcNs: BigInt64Array, timezone: string): BigInt64Array | undefined {
  if (timezone === "UTC") return utcNs;
  const offsetOf = zoneOffsets(timezone);
  return offsetOf && utcNs.map((ns) => (ns === NAT_NS ? ns : ns + offsetOf(ns)));
}

/**
 * The UTC times at which the clocks of `timezone` show these, of two the earlier. Undefined where there is no such zone,
 * or where its clocks never show one of them.
 */
export function wallClockToUtc(wallClock: BigInt64Array, timezone: string): BigInt64Array | undefined {
  const offsetOf = zoneOffsets(timezone);
  if (!offsetOf) return undefined;
  const utc = new BigInt64Array(wallClock.length);
  for (const [i, ns] of wallClock.entries()) {
    // Clocks are not changed twice in two days.
    const offset = [ns - NS_PER_DAY, ns + NS_PER_DAY].map(offsetOf).find((o) => offsetOf(ns - o) === o);
    if (offset === undefined) return undefined;
    utc[i] = ns - offset;
  }
  return utc;
}

/** UTC offset in nanoseconds at a UTC time. Zones change on quarter hours, so one answer serves a quarter. */
function zoneOffsets(timezone: string): ((utcNs: bigint) => bigint) | undefined {
  const fixed = FIXED_OFFSET.exec(timezone);
  if (fixed) {
    const minutes = (Number(fixed[2]) * 60 + Number(fixed[3])) * (fixed[1] === "-" ? -1 : 1);
    const ns = BigInt(minutes) * 60n * NS_PER_SECOND;
    return () => ns;
  }
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
  const quarterNs = 900n * NS_PER_SECOND;
  const known = new Map<bigint, bigint>();
  return (utcNs) => {
    const quarter = (utcNs - (((utcNs % quarterNs) + quarterNs) % quarterNs)) / quarterNs;
    let offset = known.get(quarter);
    if (offset === undefined) {
      const shown = clock.formatToParts(dateOfNs(utcNs)).find((part) => part.type === "timeZoneName")!.value;
      const m = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(shown)!;
      const seconds = Number(m[2] ?? 0) * 3600 + Number(m[3] ?? 0) * 60 + Number(m[4] ?? 0);
      offset = BigInt(m[1] === "-" ? -seconds : seconds) * NS_PER_SECOND;
      known.set(quarter, offset);
    }
    return offset;
  };
}
