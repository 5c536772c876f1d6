import { utcToWallClock } from "../../time.js";

/**
 * Under this key of an Arrow schema's or a Parquet file's metadata lies the zone whose wall clock the datetimes of
 * the index show, where the format cannot hold them as times of that zone.
 */
export const TIMEZONE_KEY = "aistock_timezone";

/** The zone as a file's metadata has it; undefined where it has none, or none that is known here. */
export function ownTimezone(text: string | undefined): string | undefined {
  return text && utcToWallClock(new BigInt64Array(0), text) ? text : undefined;
}
