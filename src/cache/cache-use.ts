import { existsSync, statSync } from "node:fs";
import { accessing } from "../files/file-access.js";
import { cacheFolder } from "./cache-folder.js";

/**
 * The `cache` option: `true` or `on` for the user's cache folder, `false` or `off`, or a folder such as `./cache`. When
 * omitted, the environment variable AISTOCK_DATA_CACHE decides, in the same words (also `1`, `0`). Without that, existing
 * entries are used and none is made.
 */
export type CacheOption = boolean | string | undefined;

/** Refuses an option that cannot be meant. @throws DataServiceError bad-request */
export function checkCache(option: CacheOption): void {
  folderAsked(option, "cache");
}

/** The folder that an option or the variable asks for, or that it says off; undefined where nothing is said. */
function folderAsked(said: CacheOption, by: string): { readonly folder: string } | "off" | undefined {
  if (said === undefined) return undefined;
  if (said === false || (said !== true && OFF.test(said))) return "off";
  return { folder: cacheFolder(said === true || ON.test(said) ? undefined : said, by) };
}

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

const VARIABLE = "AISTOCK_DATA_CACHE";

/**
 * Whether and how to use the cache for a file; undefined where it is off or could not help.
 * @throws DataServiceError bad-request
 */
export function cacheUse(path: string, option: CacheOption): CacheUse | undefined {
  const asked = folderAsked(option, "cache");
  if (asked !== undefined) return asked === "off" ? undefined : { ...asked, make: true, required: true };
  const preferred = folderAsked(process.env[VARIABLE] || undefined, VARIABLE);
  if (preferred === "off") return undefined;
  const make = preferred !== undefined;
  const folder = preferred?.folder ?? cacheFolder();
  if (!make && !existsSync(folder)) return undefined;
  const stats = accessing(path, () => statSync(path, { throwIfNoEntry: false }));
  return stats?.isFile() && stats.size >= LEAST_BYTES ? { folder, make, required: false } : undefined;
}
