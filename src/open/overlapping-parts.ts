import type { FileTable } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { formatNs } from "../time.js";

/**
 * What to say of a table in many files of which several rows have one key: which two files have the first such key. Where
 * they lie in one file, the error as it is. O(rows), for what is refused alone.
 */
export function namingParts(error: unknown, { keys, parts, label }: FileTable): unknown {
  const isRepeat = error instanceof DataServiceError && error.code === "duplicate-keys";
  if (!isRepeat || !parts || parts.paths.length < 2) return error;
  const times = Int32Array.from(keys.readDatetimeCodes(0, keys.rowCount));
  const names = keys.readInstrumentCodes(0, keys.rowCount);
  const width = keys.instruments.length + 1;
  const seen = new Map<number, number>();
  for (let part = 0; part < parts.paths.length; part++) {
    for (let row = parts.starts[part]!; row < parts.starts[part + 1]!; row++) {
      const key = times[row]! * width + names[row]!;
      const before = seen.get(key);
      seen.set(key, part);
      if (before === undefined || before === part) continue;
      const two = [parts.paths[before]!, parts.paths[part]!];
      const at = `(${formatNs(keys.datetimes[times[row]!]!)}, ${keys.instruments[names[row]!]})`;
      return new DataServiceError(
        "duplicate-keys",
        `${label}: ${two.join(" and ")} overlap: both have ${at}; leave one of them out, or drop the rows that are in both`,
        { path: label, found: two, count: error.details.count ?? 1 },
      );
    }
  }
  return error;
}
