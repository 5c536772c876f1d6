import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";

/** A file of a table that lies in many. */
export interface Part {
  readonly path: string;
  /** The values of the folders it is in, by their names: `year` is `2020` of `year=2020/a.parquet`. */
  readonly partition: ReadonlyMap<string, string>;
}

/** What the names of table files end with. */
export const TABLE_NAME = /\.(?:h5|hdf5?|parquet|pq|arrow|feather|ipc|tsv|csv(?:\.gz|\.zip)?)$/i;
/** Folders within folders are looked into up to here. */
const MOST_DEPTH = 8;

/** Whether a text names files by a pattern: it has `*` or `?`, and no file is called so. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path) && !existsSync(path);
}

/**
 * The parts that a folder, a pattern (`*` and `?` in any of its names, `**` for any folders) or a list of files names, by
 * their paths. Hidden files, and what writers leave beside tables (`_SUCCESS`, `_metadata`), are no parts.
 * @throws DataServiceError not-found (none), read-failed
 */
export function findParts(of: string | readonly string[]): Part[] {
  const paths = typeof of === "string" ? (isPattern(of) ? matching(of) : filesIn(of)) : [...of];
  const label = typeof of === "string" ? of : `${of.length} files`;
  if (paths.length === 0) {
    throw new DataServiceError(
      "not-found",
      `${label}: no table files; give a folder or a pattern that has some`,
      {
        ...(typeof of === "string" && { path: of }),
      },
    );
  }
  return paths.map((path) => ({ path, partition: partitionOf(path) }));
}

/** The table files in a folder and in those of it that are partitions, in the order of their names. */
export function filesIn(folder: string, depth = 0): string[] {
  const entries = accessing(folder, () => readdirSync(folder, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (/^[._]/.test(entry.name)) return [];
    const path = join(folder, entry.name);
    const isFolder = entry.isSymbolicLink()
      ? statSync(path, { throwIfNoEntry: false })?.isDirectory()
      : entry.isDirectory();
    if (isFolder) return depth < MOST_DEPTH && entry.name.includes("=") ? filesIn(path, depth + 1) : [];
    return TABLE_NAME.test(entry.name) ? [path] : [];
  });
}

function matching(pattern: string): string[] {
  const names = pattern.split(/[\\/]/);
  const fixed = names.findIndex((name) => /[*?]/.test(name));
  const base = names.slice(0, fixed).join("/") || (pattern.startsWith("/") ? "/" : ".");
  const found: string[] = [];
  const walk = (folder: string, rest: readonly string[], depth: number): void => {
    const [name, ...others] = rest as [string, ...string[]];
    if (depth > MOST_DEPTH || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    if (name === "**") walk(folder, others, depth);
    const wanted = new RegExp(
      `^${name
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".")}$`,
    );
    for (const entry of accessing(folder, () => readdirSync(folder)).sort()) {
      const path = join(folder, entry);
      if (entry.startsWith(".") && !name.startsWith(".")) continue;
      if (name === "**") walk(path, rest, depth + 1);
      else if (wanted.test(entry)) {
        if (others.length > 0) walk(path, others, depth + 1);
        else if (statSync(path, { throwIfNoEntry: false })?.isFile()) found.push(path);
      }
    }
  };
  walk(base, names.slice(fixed), 0);
  return [...new Set(found)];
}

function partitionOf(path: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of dirname(path).split(/[\\/]/)) {
    const m = /^([^=]+)=(.*)$/.exec(name);
    if (m && m[2] !== "__HIVE_DEFAULT_PARTITION__") values.set(m[1]!, decodeURIComponent(m[2]!));
  }
  return values;
}

/** The code that a file's name is, as tushare's, qlib's dump input and zipline's csvdir have it. */
export function codeInName(path: string): string {
  return basename(path)
    .replace(/\.(?:gz|zip)$/i, "")
    .replace(/\.[^.]+$/, "");
}
