import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DataServiceError } from "../errors.js";
import { readArrowColumns } from "../formats/arrow-ipc.js";
import type { ColumnSource, Progress, SortedKeys, WritableTable } from "../formats/table.js";
import {
  cacheLimit,
  entryFolder,
  evict,
  type ListedManifest,
  MANIFEST,
  makeTemporary,
  removeEntry,
} from "./cache-folder.js";
import { HeldFile } from "./held-file.js";
import { identifySource, type SourceIdentity, sameSource, sampleOf } from "./source-identity.js";

/** Raised whenever an entry would be laid out otherwise: entries of other versions are not looked at. */
const VERSION = 1;
const PANEL = "panel.arrow";
const INDEX = "index.bin";
/** Opening reads a header a batch: with 65,536 rows a batch, 218 of them take 40 ms for 14 million rows. */
const BATCH_ROWS = 1 << 20;

/** manifest.json of an entry, beside panel.arrow and index.bin (datetimes int64, then offsets uint32). */
interface Manifest extends ListedManifest {
  readonly version: number;
  readonly timezone?: string | undefined;
  /** SHA-256 of index.bin, and the sample of panel.arrow. */
  readonly index: string;
  readonly panel: string;
}

/** A sorted table whose cells and codes are read from the cache by byte ranges. */
export interface CachedTable {
  readonly datetimes: BigInt64Array;
  readonly instruments: readonly string[];
  readonly offsets: Uint32Array;
  readonly codes: { read(first: number, last: number): Int32Array };
  readonly timezone: string | undefined;
  readonly columns: ReadonlyMap<string, ColumnSource>;
  readonly groups: ReadonlyMap<string, string> | undefined;
}

/** The entry made of `source`, if there is one and nothing about it or the source differs. */
export function readCached(folder: string, source: SourceIdentity): CachedTable | undefined {
  const path = entryFolder(folder, source, VERSION);
  try {
    const manifest = JSON.parse(readFileSync(join(path, MANIFEST), "utf8")) as Manifest;
    if (manifest.version !== VERSION || !sameSource(manifest.source, source)) return undefined;
    const index = readFileSync(join(path, INDEX));
    const file = new HeldFile(join(path, PANEL));
    if (sha256(index) !== manifest.index || sampleOf(file.fd, file.size) !== manifest.panel) {
      removeEntry(path);
      return undefined;
    }
    const now = new Date();
    try {
      utimesSync(join(path, MANIFEST), now, now); // the longest unused entries leave first
    } catch {
      // A cache that may only be read serves as well.
    }
    return tableOf(manifest, index, file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof DataServiceError || error instanceof SyntaxError) {
      removeEntry(path); // damaged
      return undefined;
    }
    throw error;
  }
}

function tableOf(manifest: Manifest, index: Buffer, file: HeldFile): CachedTable {
  const { rowCount } = manifest;
  // index.bin holds 8 bytes a session and 4 bytes for one offset more.
  const sessions = (index.byteLength - 4) / 12;
  const bytes = index.buffer.slice(index.byteOffset, index.byteOffset + index.byteLength);
  const offsets = new Uint32Array(bytes, 8 * sessions, sessions + 1);
  const { instrument, columns, groups } = readArrowColumns(file, {});
  return {
    datetimes: new BigInt64Array(bytes, 0, sessions),
    // What was written had sorted instruments, none of them null; the codes point into them.
    instruments: (instrument.field.dictionary?.entries ?? []) as readonly string[],
    offsets,
    codes: { read: (first, last) => instrument.readCodes(first, last) },
    timezone: manifest.timezone,
    columns: new Map(
      manifest.columns.map((name) => [name, checked(columns.get(name), name, rowCount, file)]),
    ),
    groups,
  };
}

function checked(
  source: ColumnSource | undefined,
  name: string,
  rowCount: number,
  file: HeldFile,
): ColumnSource {
  if (source?.length === rowCount) return source;
  throw new DataServiceError("corrupt", `${file.label}: column "${name}" is not whole`, { path: file.label });
}

/**
 * Leaves a table, read from `source`, in the cache. The entry is prepared aside and appears whole or not at all;
 * where two processes make the same one, the first stays. Nothing is kept if the source changed meanwhile.
 * @returns whether the entry is there
 * @throws DataServiceError write-failed
 */
export async function writeCached(
  folder: string,
  source: SourceIdentity,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<boolean> {
  const path = entryFolder(folder, source, VERSION);
  let temporary: string | undefined;
  try {
    temporary = makeTemporary(folder);
    const { writeArrowIpc } = await import("../formats/arrow-ipc-write.js");
    await writeArrowIpc(join(temporary, PANEL), table, onProgress, BATCH_ROWS);
    const index = indexBytes(table.keys);
    writeFileSync(join(temporary, INDEX), index);
    const panel = new HeldFile(join(temporary, PANEL));
    const manifest: Manifest = {
      version: VERSION,
      source,
      rowCount: table.keys.rowCount,
      columns: [...table.columns.keys()],
      timezone: table.keys.timezone,
      index: sha256(index),
      panel: sampleOf(panel.fd, panel.size),
    };
    writeFileSync(join(temporary, MANIFEST), JSON.stringify(manifest));
    for (const name of [PANEL, INDEX, MANIFEST]) flush(join(temporary, name));
    const now = identifySource(source.path, source.key);
    if (!now || !sameSource(now, source)) return false;
    if (!settle(temporary, path, () => readCached(folder, source) !== undefined)) return true;
    temporary = undefined;
    evict(folder, path, source, cacheLimit());
    return true;
  } catch (error) {
    throw new DataServiceError(
      "write-failed",
      `${source.path}: could not be cached in ${dirname(path)}: ${(error as Error).message}; give another folder, or cache: false`,
      { path: source.path },
      error,
    );
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

/** Gives a finished entry its place. False where another process has put a good one there first. */
function settle(temporary: string, path: string, isGood: () => boolean): boolean {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    if (isGood()) return false;
    removeEntry(path); // damaged
    renameSync(temporary, path);
  }
  return true;
}

function indexBytes(keys: SortedKeys): Uint8Array {
  const out = new Uint8Array(12 * keys.sessionCount + 4);
  new BigInt64Array(out.buffer, 0, keys.sessionCount).set(keys.datetimes);
  const offsets = new Uint32Array(out.buffer, 8 * keys.sessionCount);
  for (let s = 0; s <= keys.sessionCount; s++) offsets[s] = keys.startOf(s);
  return out;
}

function flush(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "EPERM";
}
