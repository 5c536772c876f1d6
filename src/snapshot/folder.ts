import { readdirSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { CacheOption } from "../cache/cache-use.js";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { resultFilesIn } from "../files/result-files.js";
import { detectFormat } from "../formats/open.js";
import { filesIn } from "../formats/parts/find-parts.js";
import { isPartsFolder, partGroups } from "../formats/parts/part-names.js";
import { Calendars } from "./calendars.js";
import { SnapshotEntry, type SnapshotFiles } from "./entry.js";
import { isDictionaryName } from "./field-dictionary.js";
import { frequencyOfName } from "./frequency.js";

/** A file or folder of a snapshot that is not one of its panels, and why. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** Why a folder of a snapshot's is left out. */
export const NO_PROVIDER =
  "a folder that is neither a qlib provider nor holds a result.h5, nor files that are called as the parts of one table";

export interface SnapshotFolder {
  readonly entries: readonly SnapshotEntry[];
  readonly dictionaries: readonly string[];
  /** Folders with instrument lists, `*.txt`; the snapshot's own first. */
  readonly listFolders: readonly string[];
  readonly skipped: readonly SkippedFile[];
  readonly calendars: Calendars;
}

/**
 * Of files that differ in extension alone, the first of these is the panel: what the research side writes
 * first and everything else is derived from, then the faster of the rest.
 */
const PREFERENCE = [".h5", ".hdf5", ".hdf", ".parquet", ".pq", ".arrow", ".feather", ".ipc", ".csv"];

/**
 * What a folder holds, by names and first bytes; no file is opened. A panel's name is its file's without the
 * extension, and that of the folder which holds a factor's `result.h5`, as RD-Agent writes them, or the parts of a table.
 * Parts that lie in the folder itself (`partGroups`, or folders such as `year=2020`) are one panel, called by the name that
 * they have together, or as the folder. @throws DataServiceError not-found, read-failed, bad-request (a qlib provider)
 */
export function readFolder(dir: string, cache: CacheOption): SnapshotFolder {
  const names = accessing(dir, () => readdirSync(dir)).sort();
  const calendars = new Calendars(dir);
  const using: SnapshotFiles = { cache, calendars };
  const { entries: inParts, taken } = tablesInParts(dir, names, using);
  const files: { file: string; name: string; freq: string; rank: number }[] = [];
  const dictionaries: string[] = [];
  const listFolders: string[] = [];
  const skipped: SkippedFile[] = [];
  for (const file of names) {
    const path = join(dir, file);
    if (taken.has(file)) continue;
    const isFolder = isFolderAt(path);
    if (isFolder && file === "instruments") listFolders.unshift(path);
    else if (isFolder && file === "calendars")
      continue; // see `Calendars`
    else if (file.startsWith(".")) skipped.push({ file, reason: "a hidden file" });
    else if (!isFolder && isDictionaryName(file)) dictionaries.push(path);
    else {
      const result = isFolder ? resultIn(path) : undefined;
      const reason =
        isFolder && result === undefined ? whyNoFolder(path) : whyNoPanel(join(path, result ?? ""));
      if (reason !== undefined) skipped.push({ file: join(file, result ?? ""), reason });
      else {
        if (isFolder && result === undefined) listFolders.push(join(path, "instruments"));
        const extension = isFolder ? "" : extname(file);
        const name = file.slice(0, file.length - extension.length);
        const rank = PREFERENCE.indexOf(extension.toLowerCase());
        // The bars of a factor's result are those of `result_*`, whatever the factor's name tells.
        const freq = frequencyOfName(result === undefined ? name : `result_${name}`);
        files.push({ file: join(file, result ?? ""), name, freq, rank: rank < 0 ? PREFERENCE.length : rank });
      }
    }
  }
  const entries: SnapshotEntry[] = [];
  for (const one of inParts) {
    const isTaken = files.some(({ name }) => name === one.name);
    entries.push(isTaken ? one.called(`${one.name}_parts`) : one);
  }
  for (const one of files) {
    const chosen = files.filter((other) => other.name === one.name).sort((a, b) => a.rank - b.rank)[0]!;
    if (chosen === one) {
      entries.push(SnapshotEntry.ofPath(one.name, join(dir, one.file), one.freq, using));
    } else {
      const reason = `${chosen.file} has the same name and is read; add this one under another name to use it`;
      skipped.push({ file: one.file, reason });
    }
  }
  if (entries.length === 0 && names.includes("features") && names.includes("calendars")) {
    throw new DataServiceError(
      "bad-request",
      `${dir}: a qlib provider, which is one panel and no snapshot of several; open it with openPanel (window), or the folder that it is in`,
      { path: dir },
    );
  }
  return { entries, dictionaries, listFolders, skipped, calendars };
}

/** The tables that lie in several files of a folder, and the names in it that they take. */
function tablesInParts(dir: string, names: readonly string[], using: SnapshotFiles) {
  const entries: SnapshotEntry[] = [];
  const taken = new Set<string>();
  const take = (name: string, paths: string | readonly string[], own: readonly string[]) => {
    entries.push(SnapshotEntry.ofPath(name, paths, frequencyOfName(name), using));
    for (const one of own) taken.add(one);
  };
  const folders = names.filter((name) => !name.startsWith(".") && isFolderAt(join(dir, name)));
  const partitions = folders.filter((name) => name.includes("="));
  const whole = basename(resolve(dir));
  const parted = partitions.flatMap((name) => filesIn(join(dir, name)));
  if (parted.length > 0) take(whole, parted, partitions);
  for (const name of folders) {
    const path = join(dir, name);
    if (taken.has(name) || name === "instruments" || problemOf(path) === undefined) continue;
    if (resultFilesIn(path).length === 0 && isPartsFolder(path)) take(name, path, [name]);
  }
  const tables = names.filter(
    (name) => !folders.includes(name) && !/^[._]/.test(name) && !isDictionaryName(name),
  );
  for (const { stem, paths } of partGroups(tables.map((name) => join(dir, name)))) {
    const name = stem === "" ? whole : stem;
    const isKnown = entries.some((one) => one.name === name);
    take(
      isKnown ? `${name}${extname(paths[0]!)}` : name,
      paths,
      paths.map((path) => basename(path)),
    );
  }
  return { entries, taken };
}

/** Of what the system does not let us look at, the check of its bytes says why. */
function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The name of the file with a factor's values, where a folder is that of one. */
function resultIn(path: string): string | undefined {
  const [result] = resultFilesIn(path);
  return result && basename(result);
}

function whyNoPanel(path: string): string | undefined {
  if (extname(path).toLowerCase() === ".txt") return "a text file";
  return problemOf(path);
}

function whyNoFolder(path: string): string | undefined {
  return problemOf(path) === undefined ? undefined : NO_PROVIDER;
}

function problemOf(path: string): string | undefined {
  try {
    detectFormat(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    return error.message.replace(`${path}: `, "");
  }
}
