import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WritableTable } from "../../columns/table.js";
import { accessing } from "../../files/file-access.js";
import { listNames } from "../../names/field.js";
import { formatNs } from "../../time.js";
import { folderName } from "./folder-name.js";
import { readCalendar } from "./lists.js";
import { qlibNames } from "./write.js";

/**
 * What a provider folder holds and the one written of `table` would not: instrument lists, frequencies, fields,
 * instruments, sessions, each kind in words. Only names and the calendar are read.
 * @throws DataServiceError read-failed, corrupt (a calendar that cannot be compared)
 */
export function lostByReplacing(dir: string, table: WritableTable, freq: string): string[] {
  const { fields, codes } = qlibNames(table);
  const lists = namesIn(join(dir, "instruments")).filter((file) => file !== "all.txt");
  const calendars = namesIn(join(dir, "calendars")).filter((file) => file !== `${freq}.txt`);
  const features = featuresOf(dir, freq);
  const [newFields, newCodes] = [new Set(fields), new Set(codes.map(folderName))];
  return [
    ...told("instrument list", lists.map(withoutEnding)),
    ...told("calendar", calendars.map(withoutEnding)),
    ...told(
      "field",
      [...features.fields].filter((field) => !newFields.has(field)),
    ),
    ...told("file", [...features.others]),
    ...told(
      "instrument",
      [...features.codes].filter((code) => !newCodes.has(code)),
    ),
    ...told("session", lostSessions(dir, table, freq)),
  ];
}

/** What lies in `features`: the fields of a frequency, the names of other files, the folders. */
function featuresOf(dir: string, freq: string): Record<"fields" | "others" | "codes", ReadonlySet<string>> {
  const [fields, others, codes] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const ending = `.${freq.toLowerCase()}.bin`;
  for (const code of namesIn(join(dir, "features"))) {
    codes.add(code);
    for (const file of namesIn(join(dir, "features", code))) {
      if (file.endsWith(ending)) fields.add(file.slice(0, -ending.length));
      else others.add(file);
    }
  }
  return { fields, others, codes };
}

function lostSessions(dir: string, { keys }: WritableTable, freq: string): string[] {
  if (!existsSync(join(dir, "calendars", `${freq}.txt`))) return [];
  const kept = new Set(keys.datetimes);
  const old = [...readCalendar(dir, freq)];
  return old.filter((ns) => !kept.has(ns)).map((ns) => formatNs(ns));
}

function namesIn(folder: string): string[] {
  return accessing(folder, () =>
    statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [],
  );
}

function withoutEnding(file: string): string {
  return file.endsWith(".txt") ? file.slice(0, -4) : file;
}

function told(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${names.length === 1 ? `the ${kind}` : `${names.length} ${kind}s`} ${listNames(names)}`];
}
