import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { uniqueSuffix } from "../crypto.js";
import { DataServiceError } from "../errors.js";
import { discard } from "../files/discard.js";
import { digest } from "./digest.js";
import type { SourceIdentity } from "./source-identity.js";

/** One cached table, as `listCache` shows it. */
export interface CacheEntry {
  /** The file it was made from, and the key inside an HDF5 file. */
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
const OWNER = "aistock-data";
/** The folder of an entry. What has another name is not of the cache, whose folder may hold anything: it is let be. */
const ENTRY = new RegExp(`^${OWNER}-[0-9a-f]{32}$`);
/** A folder that is no entry yet, or none any more. */
const ASIDE = new RegExp(`^\\.${OWNER}-[0-9a-f]{12}$`);
const GIB = 2 ** 30;
/** Unfinished work of a process that is gone is removed after a day. */
const ABANDONED_MS = 86_400_000;

/**
 * Where entries go: the folder given, else `aistock-data` in $XDG_CACHE_HOME, or where the platform keeps what can be made
 * again: ~/.cache, on macOS ~/Library/Caches, on Windows %LOCALAPPDATA%. A text without a slash is no
 * folder: `of` would be one that nobody meant.
 * @param said what gave the text, as the error calls it
 * @throws DataServiceError bad-request
 */
export function cacheFolder(folder?: string, said = "cache"): string {
  if (folder === undefined)
    return join(process.env.XDG_CACHE_HOME || platformCaches(process.platform), OWNER);
  if (/[/\\]/.test(folder) || folder === "." || folder === "..") return resolve(folder);
  const problem =
    folder === ""
      ? `${said}: "" names no folder; give one, or true for the one among your caches`
      : `${said}: "${folder}" is neither "on" nor "off", and does not look like a folder; write "./${folder}" for the one of that name`;
  throw new DataServiceError("bad-request", problem);
}

/** The folder of a platform's caches. */
export function platformCaches(platform: NodeJS.Platform): string {
  if (platform === "darwin") return join(homedir(), "Library", "Caches");
  if (platform !== "win32") return join(homedir(), ".cache");
  return process.env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
}

/** How large the cache may grow, bytes: `AISTOCK_DATA_CACHE_GB` GiB, 20 by default. */
export function cacheLimit(): number {
  const asked = Number(process.env.AISTOCK_DATA_CACHE_GB || Number.NaN);
  return (asked >= 0 ? asked : 20) * GIB;
}

/** The folder of a source's entry: one a source and state of it, so that an entry never changes. */
export function entryFolder(folder: string, source: SourceIdentity, version: number): string {
  return join(folder, `${OWNER}-${digest(JSON.stringify([version, source]))}`);
}

/** A name beside the entries that no other has. */
function asideOf(folder: string): string {
  return join(folder, `.${OWNER}-${uniqueSuffix()}`);
}

/** A folder beside the entries to prepare one in. */
export function makeTemporary(folder: string): string {
  const path = asideOf(folder);
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * What a cache holds, most recently used first. Changes nothing.
 * @param folder the cache folder; the user's own when omitted
 * @throws DataServiceError bad-request
 */
export function listCache(folder?: string): CacheEntry[] {
  return foldersIn(cacheFolder(folder)).flatMap(({ entry }) => entry ?? []);
}

/**
 * Removes all entries of a cache and nothing else; panels that read from one keep working. Returns the bytes freed.
 * @param folder the cache folder; the user's own when omitted
 * @throws DataServiceError bad-request
 */
export function clearCache(folder?: string): number {
  const root = cacheFolder(folder);
  let freed = 0;
  for (const { path, bytes } of foldersIn(root)) if (removeEntry(path)) freed += bytes;
  removeAbandoned(root);
  return freed;
}

/** Removes the entries of `source` in other states, then the longest unused ones until the rest fits the limit. */
export function evict(folder: string, kept: string, source: SourceIdentity, limit: number): void {
  removeAbandoned(folder);
  let total = 0;
  for (const { path, bytes, entry } of foldersIn(folder)) {
    const stale = entry?.source === source.path && entry.key === source.key;
    total += bytes;
    if (path === kept || !(stale || total > limit)) continue;
    if (removeEntry(path)) total -= bytes;
  }
}

/** Makes an entry vanish at once, then deletes it. False where another process was first, or still holds it open. */
export function removeEntry(path: string): boolean {
  const aside = asideOf(dirname(path));
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  discard(aside);
  return true;
}

/** The folder of an entry. One without a manifest that can be read is damaged and serves nobody. */
interface EntryFolder {
  readonly path: string;
  readonly bytes: number;
  readonly entry: CacheEntry | undefined;
}

/** Last used first, damaged ones at the end. */
function foldersIn(root: string): EntryFolder[] {
  const lastUsed = ({ entry }: EntryFolder) => entry?.lastUsed.getTime() ?? 0;
  return namesIn(root)
    .filter((name) => ENTRY.test(name))
    .map((name) => {
      const path = join(root, name);
      const bytes = bytesIn(path);
      return { path, bytes, entry: entryIn(path, bytes) };
    })
    .sort((a, b) => lastUsed(b) - lastUsed(a));
}

function entryIn(folder: string, bytes: number): CacheEntry | undefined {
  const path = join(folder, MANIFEST);
  try {
    const { source, rowCount, columns } = JSON.parse(readFileSync(path, "utf8")) as ListedManifest;
    return {
      source: source.path,
      key: source.key,
      folder,
      bytes,
      rowCount,
      columns,
      lastUsed: statSync(path).mtime,
    };
  } catch {
    return undefined; // damaged, or another process has just removed it
  }
}

function removeAbandoned(root: string): void {
  for (const name of namesIn(root)) {
    if (!ASIDE.test(name)) continue;
    const path = join(root, name);
    const changedMs = statsOf(path)?.mtimeMs ?? Number.NaN;
    if (Date.now() - changedMs > ABANDONED_MS) discard(path);
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
  for (const name of namesIn(folder)) bytes += statsOf(join(folder, name))?.size ?? 0;
  return bytes;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
