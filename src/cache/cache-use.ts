import { existsSync, statSync } from "node:fs";
import { accessing } from "../files/file-access.js";
import { cacheFolder } from "./cache-folder.js";

/**
 * The `cache` option: `true` for the user's cache folder, the path of a folder, or `false`. When omitted, the
 * environment variable AISTOCK_DATA_CACHE decides: `on` (or `1`, `true`), `off` (or `0`, `false`) or a folder. Without
 * that, existing entries are used and none is made.
 */
export type CacheOption = boolean | string | undefined;

/** What to do with the cache for one file. */
export interface CacheUse {
  readonly folder: string;
  /** Whether to make an entry where there is none, which reads the whole file once. */
  readonly make: boolean;
  /** Whether an entry that cannot be made is an error. It is where the call itself asks for the cache. */
  readonly required: boolean;
}

/** Smaller files open as fast by themselves; only a call that asks for the cache gets one. */
const LEAST_BYTES = 1 << 24;

const ON = /^(on|1|true)$/i;
const OFF = /^(off|0|false)$/i;

/**
 * Whether and how to use the cache for a file; undefined where it is off or could not help.
 * @throws DataServiceError bad-request
 */
export function cacheUse(path: string, option: CacheOption): CacheUse | undefined {
  if (option === false) return undefined;
  if (option !== undefined) {
    return { folder: cacheFolder(option === true ? undefined : option), make: true, required: true };
  }
  const said = process.env.AISTOCK_DATA_CACHE || undefined;
  if (said !== undefined && OFF.test(said)) return undefined;
  const make = said !== undefined;
  const folder = cacheFolder(make && !ON.test(said) ? said : undefined);
  if (!make && !existsSync(folder)) return undefined;
  const stats = accessing(path, () => statSync(path, { throwIfNoEntry: false }));
  return stats?.isFile() && stats.size >= LEAST_BYTES ? { folder, make, required: false } : undefined;
}
