import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { uniqueSuffix } from "../crypto.js";
import { digest } from "./digest.js";
import type { SourceIdentity } from "./source-identity.js";

/** One cached table, as `listCache` shows it. */
export interface CacheEntry {
  /** The file it was made of, and the key inside an HDF5 file. */
  readonly source: string;
  readonly key: string | undefined;
  /** Its folder in the cache. */
  readonly folder: string;
  readonly bytes: number;
  readonly rowCount: number;
  readonly columns: readonly string[];
  readonly lastUsed: Date;
}

/** The part of an entry's manifest that lists need. */
export interface ListedManifest {
  readonly source: SourceIdentity;
  readonly rowCount: number;
  readonly columns: readonly string[];
}

export const MANIFEST = "manifest.json";
const MARK = "aistock-data";
const GIB = 2 ** 30;
/** Unfinished work of a process that is gone is removed after a day. */
const ABANDONED_MS = 86_400_000;

/** Where entries go: the folder given, else `aistock-data` in $XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder(folder?: string): string {
  return folder !== undefined
    ? resolve(folder)
    : join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), MARK);
}

/** How large the cache may grow, bytes: `AISTOCK_DATA_CACHE_GB` GiB, 20 by default. */
export function cacheLimit(): number {
  const asked = Number(process.env.AISTOCK_DATA_CACHE_GB || Number.NaN);
  return (asked >= 0 ? asked : 20) * GIB;
}

/** The folder of a source's entry: one a source and state of it, so that an entry never changes. */
export function entryFolder(folder: string, source: SourceIdentity, version: number): string {
  return join(folder, digest(JSON.stringify([version, source])));
}

/** A folder beside the entries to prepare one in. */
export function makeTemporary(folder: string): string {
  const path = join(folder, `.tmp-${process.pid}-${uniqueSuffix()}`);
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * What a cache holds, last used first.
 * @param folder the cache folder; the user's own when omitted
 */
export function listCache(folder?: string): CacheEntry[] {
  const root = cacheFolder(folder);
  const entries: CacheEntry[] = [];
  for (const name of namesIn(root)) {
    if (!/^[0-9a-f]{32}$/.test(name)) continue;
    const path = join(root, name);
    try {
      const manifest = JSON.parse(readFileSync(join(path, MANIFEST), "utf8")) as ListedManifest;
      const { source, rowCount, columns } = manifest;
      entries.push({
        source: source.path,
        key: source.key,
        folder: path,
        bytes: bytesIn(path),
        rowCount,
        columns,
        lastUsed: statSync(join(path, MANIFEST)).mtime,
      });
    } catch {
      // Another process removed it, or it is damaged: then it serves nobody.
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats && Date.now() - stats.mtimeMs > ABANDONED_MS) removeEntry(path);
    }
  }
  return entries.sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
}

/**
 * Removes all entries of a cache; panels that read from one go on. Gives the bytes freed.
 * @param folder the cache folder; the user's own when omitted
 */
export function clearCache(folder?: string): number {
  let freed = 0;
  for (const { folder: path, bytes } of listCache(folder)) if (removeEntry(path)) freed += bytes;
  removeAbandoned(cacheFolder(folder));
  return freed;
}

/** Removes the entries of `source` in other states, then the longest unused ones until the rest fits the limit. */
export function evict(folder: string, kept: string, source: SourceIdentity, limit: number): void {
  removeAbandoned(folder);
  let total = 0;
  for (const entry of listCache(folder)) {
    const stale = entry.source === source.path && entry.key === source.key;
    total += entry.bytes;
    if (entry.folder === kept || !(stale || total > limit)) continue;
    if (removeEntry(entry.folder)) total -= entry.bytes;
  }
}

/** Makes an entry vanish at once, then deletes it. False where another process was first, or still holds it open. */
export function removeEntry(path: string): boolean {
  const aside = `${path}.gone-${uniqueSuffix()}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function removeAbandoned(root: string): void {
  for (const name of namesIn(root)) {
    if (!(name.startsWith(".tmp-") || name.includes(".gone-"))) continue;
    const path = join(root, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_MS) rmSync(path, { recursive: true, force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function bytesIn(folder: string): number {
  let bytes = 0;
  for (const name of namesIn(folder))
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}
