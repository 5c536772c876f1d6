import { checkCache } from "../cache/cache-use.js";
import { DataServiceError } from "../errors.js";
import { findLists } from "../universe/instrument-list.js";
import { FieldDictionary } from "./field-dictionary.js";
import { readFolder } from "./folder.js";
import { parseFrequency } from "./frequency.js";
import type { SnapshotOptions } from "./open-snapshot.js";
import { Snapshot } from "./snapshot.js";

/** What `openSnapshot` does. @throws DataServiceError not-found, read-failed, bad-request */
export function readSnapshot(dir: string, options: SnapshotOptions): Snapshot {
  // Said now: later a panel that cannot be opened may just be left out.
  checkCache(options.cache);
  const { entries, dictionaries, listFolders, skipped, calendars } = readFolder(dir, options.cache);
  const dictionary = new FieldDictionary();
  const unread = dictionaries.flatMap((path) => {
    try {
      dictionary.read(path);
      return [];
    } catch (error) {
      if (!(error instanceof DataServiceError)) throw error;
      return [{ file: path, reason: `a field dictionary that cannot be read: ${error.message}` }];
    }
  });
  const bases = new Map<string, string>();
  for (const [freq, name] of Object.entries(options.base ?? {})) {
    const known = parseFrequency(freq);
    if (known === undefined) throw new DataServiceError("bad-request", `base: "${freq}" is not a frequency`);
    bases.set(known, name);
  }
  const lists = findLists(listFolders);
  return new Snapshot({
    dir,
    entries,
    skipped: [...skipped, ...unread],
    dictionary,
    lists,
    bases,
    cache: options.cache,
    calendars,
  });
}
