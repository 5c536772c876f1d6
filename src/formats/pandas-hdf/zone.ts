import { DataServiceError } from "../../errors.js";
import { utcToWallClock } from "../../time.js";
import { calleeOf, nameOf, PickledObject, type PickleValue } from "../pickle/values.js";

/**
 * The time zone that an attribute of pandas names, as `time.ts` knows it: undefined for none, an IANA name, `UTC`, or
 * an offset such as `+08:00`. A zone that pandas has no name for lies there as a pickled Python object.
 * Source: pandas `_get_tz` in pandas/io/pytables.py. @throws DataServiceError unsupported (any other object)
 */
export function storedZone(stored: unknown, label: string): string | undefined {
  if (stored === undefined || stored === null || stored === "") return undefined;
  const zone = typeof stored === "string" ? stored : pickledZone(stored);
  if (zone !== undefined) return zone;
  throw notRead(label, "a time zone that pandas pickled as a Python object, which cannot be read");
}

/** The times as the clocks of their zone show them. @throws DataServiceError unsupported (no such zone) */
export function wallClock(
  utcNs: BigInt64Array,
  timezone: string | undefined,
  label: string,
): { datetimes: BigInt64Array; timezone: string | undefined } {
  if (timezone === undefined) return { datetimes: utcNs, timezone };
  const datetimes = utcToWallClock(utcNs, timezone);
  if (datetimes) return { datetimes, timezone };
  throw notRead(label, `the time zone ${JSON.stringify(timezone)}, which is not known here`);
}

/** The zone in which a datetime column is shown; undefined for none. @throws DataServiceError unsupported (no such zone) */
export function columnZone(timezone: string | undefined, label: string): string | undefined {
  return wallClock(new BigInt64Array(0), timezone, label).timezone;
}

function notRead(label: string, zone: string): DataServiceError {
  return new DataServiceError(
    "unsupported",
    `${label}: its datetimes are in ${zone}; write the file again with an IANA zone or without one`,
    { path: label },
  );
}

/** The zone that a pickle would make by a call of a few that are known by name. */
function pickledZone(stored: unknown): string | undefined {
  if (!(stored instanceof PickledObject) || !Array.isArray(stored.args)) return undefined;
  if (stored.state !== undefined) return undefined; // it may change what the call gives
  const [first, second] = stored.args;
  switch (nameOf(stored.callee)) {
    case "pytz._UTC":
      return "UTC";
    case "pytz.FixedOffset":
      return typeof first === "number" ? offset(first) : undefined;
    case "pytz._p":
      return typeof first === "string" ? first : undefined;
    case "datetime.timezone":
      return offset(minutesOf(first));
    case "copy_reg._reconstructor":
      return nameOf(first) === "dateutil.tz.tz.tzutc" ? "UTC" : undefined;
  }
  // zoneinfo: getattr(ZoneInfo, "_unpickle")(name, whether it came from the cache)
  const isZoneInfo = nameOf(zoneInfoOf(stored.callee)) === "zoneinfo.ZoneInfo";
  return isZoneInfo && typeof first === "string" && second === 1 ? first : undefined;
}

function zoneInfoOf(callee: PickleValue | undefined): PickleValue | undefined {
  if (!(callee instanceof PickledObject) || !Array.isArray(callee.args)) return undefined;
  const isMethod = calleeOf(callee) === "__builtin__.getattr" && callee.args[1] === "_unpickle";
  return isMethod ? callee.args[0] : undefined;
}

/** Minutes of a pickled datetime.timedelta(days, seconds, microseconds). */
function minutesOf(value: PickleValue | undefined): number {
  if (!(value instanceof PickledObject) || calleeOf(value) !== "datetime.timedelta") return Number.NaN;
  const [days, seconds, microseconds] = Array.isArray(value.args) ? value.args : [];
  if (typeof days !== "number" || typeof seconds !== "number" || microseconds !== 0) return Number.NaN;
  return days * 1440 + seconds / 60;
}

/** `+08:00`; undefined for what is not whole minutes of less than a day. */
function offset(minutes: number): string | undefined {
  if (!Number.isInteger(minutes) || Math.abs(minutes) >= 1440) return undefined;
  if (minutes === 0) return "UTC";
  const digits = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${digits(size / 60)}:${digits(size % 60)}`;
}
