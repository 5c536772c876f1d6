import { extname } from "node:path";
import { wallClockToUtc } from "../time.js";
import type { SortedKeys, WritableTable } from "./table.js";

/** What a write to `path` does not keep because its format has no place for it, each in words for people. */
export function writeLosses(
  path: string,
  { keys, groups }: Pick<WritableTable, "keys" | "groups">,
): string[] {
  const extension = extname(path).toLowerCase();
  const losses: string[] = [];
  if (keys.timezone !== undefined && !holdsZone(extension, keys)) {
    losses.push(
      `the time zone ${keys.timezone} is not kept in ${nameOf(extension)}; times are its wall clock`,
    );
  }
  if (groups !== undefined && groups.size > 0 && isPlain(extension)) {
    const names = [...new Set(groups.values())].map((name) => `"${name}"`).join(", ");
    losses.push(`column groups (${names}) are not kept in ${nameOf(extension)}`);
  }
  return losses;
}

/** CSV, or a qlib folder. */
function isPlain(extension: string): boolean {
  return extension === ".csv" || extension === "";
}

function nameOf(extension: string): string {
  return extension === "" ? "a qlib folder" : extension;
}

/** HDF5 holds UTC times, and there may be none at which the clocks of the zone show these. */
function holdsZone(extension: string, { datetimes, timezone }: SortedKeys): boolean {
  if (isPlain(extension)) return false;
  return !/^\.(h5|hdf|hdf5)$/.test(extension) || wallClockToUtc(datetimes, timezone!) !== undefined;
}
