import type { CacheOption } from "../cache/cache-use.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Snapshot } from "./snapshot.js";

/** How `openSnapshot` takes a folder. */
export interface SnapshotOptions {
  /**
   * The panel whose rows a window has, by frequency: `{ "1d": "daily_pv" }`. By default `daily_pv`, `minute_1min`, or
   * the first panel of the frequency that has a close. It must be one of the folder's panels.
   */
  readonly base?: Readonly<Record<string, string>> | undefined;
  /** Whether and where columnar copies of the files are kept. @see OpenOptions.cache */
  readonly cache?: CacheOption;
}

const SNAPSHOT_KEYS: RequestKeys<SnapshotOptions> = { base: true, cache: true };

/**
 * Opens a folder of panels that belong together. Every supported file is a panel, named after the file without its
 * extension (of `alpha158.h5` and `alpha158.parquet` the first is read). So is a qlib provider folder, and a folder
 * with a factor's `result.h5` or `result.parquet`, as RD-Agent writes them; these have the folder's name. Formats are
 * recognised by the files' first bytes now; files are opened when a request needs them. Field meanings come from
 * `static_factors_schema.csv` or `.json` and `aistock_field_map.csv`, instrument lists from `instruments/*.txt` of the
 * folder and of its qlib folders.
 * @throws DataServiceError not-found (the folder, or a base that it does not have), read-failed, bad-request
 * @example
 * const snapshot = await openSnapshot("sample");
 * const window = await snapshot.getHistoryWindow("top10", { bars: 20, fields: ["close", "Mean($close, 5)"] });
 */
export async function openSnapshot(dir: string, options: SnapshotOptions = {}): Promise<Snapshot> {
  checkKeys(options, SNAPSHOT_KEYS, "openSnapshot");
  const { readSnapshot } = await import("./read-snapshot.js"); // a sixth of the package, loaded when needed
  return readSnapshot(dir, options);
}
