import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DataServiceError } from "../errors.js";
import type { ArrowColumn } from "../formats/arrow-column.js";
import type { ArrowColumns } from "../formats/arrow-ipc.js";
import { discard } from "../formats/discard.js";
import { isSystemError } from "../formats/file-access.js";
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
import { type ColumnLayout, columnOf, layoutOf } from "./column-layout.js";
import { digest } from "./digest.js";
import { HeldFile } from "./held-file.js";
import { identifySource, type SourceIdentity, sameSource, sampleOf } from "./source-identity.js";

/** Raised whenever an entry would be laid out otherwise: entries of other versions are not looked at. */
const VERSION = 4;
const PANEL = "panel.arrow";
const INDEX = "index.bin";
/** A column's layout names each batch: those of 65,536 rows would be 218 for 14 million. */
const BATCH_ROWS = 1 << 20;

/** manifest.json of an entry, beside panel.arrow and index.bin. */
interface Manifest extends ListedManifest {
  readonly version: number;
  /** The digest of index.bin, and the sample of panel.arrow. */
  readonly index: string;
  readonly panel: string;
}

/**
 * The end of index.bin as JSON: what the headers of panel.arrow say, which take a fresh process 13 ms to read.
 * Before it lie the number of sessions (8 bytes), datetimes (int64) and offsets (uint32).
 */
interface Layout {
  readonly timezone?: string | undefined;
  /** Joined by commas where that can be undone: JSON's parser takes 3 ms for 5,300 names, splitting the text 0.7. */
  readonly instruments: string | readonly string[];
  readonly codes: ColumnLayout;
  readonly columns: readonly ColumnLayout[];
  readonly groups?: readonly (readonly [string, string])[] | undefined;
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

/** The entry made of `source`, if there is one that can be read and nothing about it or the source differs. */
export function readCached(folder: string, source: SourceIdentity): CachedTable | undefined {
  const path = entryFolder(folder, source, VERSION);
  return openEntry(path, source, (index, file) => {
    const now = new Date();
    try {
      utimesSync(join(path, MANIFEST), now, now); // the longest unused entries leave first
    } catch {
      // A cache that may only be read serves as well.
    }
    return tableOf(index, file);
  });
}

/** Whether there is an entry made of `source`. It is not looked into, and counts as unused. */
export function isCached(folder: string, source: SourceIdentity): boolean {
  return existsSync(join(entryFolder(folder, source, VERSION), MANIFEST));
}

/**
 * What `use` makes of the index and the open file of an entry; it closes the file, or keeps it. Undefined where the
 * entry cannot be read; where it is not what its name and its manifest say, it is damaged and removed.
 */
function openEntry<T>(
  path: string,
  source: SourceIdentity,
  use: (index: Buffer, file: HeldFile) => T,
): T | undefined {
  let file: HeldFile | undefined;
  try {
    const manifest = JSON.parse(readFileSync(join(path, MANIFEST), "utf8")) as Manifest;
    if (manifest?.version !== VERSION || !manifest.source || !sameSource(manifest.source, source)) {
      throw damaged(path, "is not what its name says");
    }
    const index = readFileSync(join(path, INDEX));
    file = new HeldFile(join(path, PANEL));
    if (digest(index) !== manifest.index || sampleOf(file.fd, file.size) !== manifest.panel) {
      throw damaged(path, "is not what its manifest says");
    }
    return use(index, file);
  } catch (error) {
    file?.close();
    if (error instanceof DataServiceError || error instanceof SyntaxError) removeEntry(path);
    else if (!isSystemError(error)) throw error;
    return undefined;
  }
}

function tableOf(index: Buffer, file: HeldFile): CachedTable {
  const bytes = index.buffer.slice(index.byteOffset, index.byteOffset + index.byteLength);
  const sessions = index.readUInt32LE(0);
  const offsetsAt = 8 + 8 * sessions;
  const layoutAt = offsetsAt + 4 * (sessions + 1);
  const layout = JSON.parse(index.toString("utf8", layoutAt)) as Layout;
  const { groups, timezone } = layout;
  const instruments =
    typeof layout.instruments === "string" ? layout.instruments.split(",") : layout.instruments;
  const offsets = new Uint32Array(bytes, offsetsAt, sessions + 1);
  const rowCount = offsets[sessions]!;
  const codes = columnOf(layout.codes, file, { codeType: "int32", entries: instruments });
  return {
    datetimes: new BigInt64Array(bytes, 8, sessions),
    instruments,
    offsets,
    codes: {
      read: (first, last) => codes.readCodes(first, last),
    },
    timezone,
    columns: new Map(
      layout.columns.map((column) => [column.name, checked(columnOf(column, file), rowCount, file)]),
    ),
    groups: groups && new Map(groups),
  };
}

function checked(column: ArrowColumn, rowCount: number, file: HeldFile): ArrowColumn {
  if (column.length === rowCount) return column;
  throw damaged(file.label, `has not the whole column "${column.field.name}"`);
}

function damaged(path: string, what: string): DataServiceError {
  return new DataServiceError("corrupt", `${path}: ${what}`, { path });
}

/**
 * Leaves a table, read from `source`, in the cache. The entry is prepared aside and appears whole or not at all;
 * where two processes make the same one, the first stays. Nothing is kept if the source changed meanwhile.
 * @returns whether the entry is there
 * @throws DataServiceError write-failed, and what reading the table throws
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
    const { index, sample } = await describePanel(join(temporary, PANEL), table.keys);
    writeFileSync(join(temporary, INDEX), index);
    const manifest: Manifest = {
      version: VERSION,
      source,
      rowCount: table.keys.rowCount,
      columns: [...table.columns.keys()],
      index: digest(index),
      panel: sample,
    };
    writeFileSync(join(temporary, MANIFEST), JSON.stringify(manifest));
    for (const name of [PANEL, INDEX, MANIFEST]) flush(join(temporary, name));
    const now = identifySource(source.path, source.key);
    if (!now || !sameSource(now, source)) return false;
    if (!settle(temporary, path, source)) return true;
    temporary = undefined;
    evict(folder, path, source, cacheLimit());
    return true;
  } catch (error) {
    if (error instanceof DataServiceError) throw error; // says what is wrong with the source
    throw new DataServiceError(
      "write-failed",
      `${source.path}: could not be cached in ${dirname(path)}: ${(error as Error).message}; give another folder, or cache: false`,
      { path: source.path },
      error,
    );
  } finally {
    if (temporary !== undefined) discard(temporary);
  }
}

/** The bytes of index.bin for a finished panel.arrow, and the sample of the latter. */
async function describePanel(path: string, keys: SortedKeys): Promise<{ index: Uint8Array; sample: string }> {
  const { readArrowColumns } = await import("../formats/arrow-ipc.js");
  const panel = new HeldFile(path);
  try {
    const index = indexBytes(keys, layoutOfTable(readArrowColumns(panel, {}), keys.timezone));
    return { index, sample: sampleOf(panel.fd, panel.size) };
  } finally {
    panel.close();
  }
}

/** Gives a finished entry its place. False where another process has put a good one there first. */
function settle(temporary: string, path: string, source: SourceIdentity): boolean {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    const isGood = openEntry(path, source, (_, file) => {
      file.close();
      return true;
    });
    if (isGood) return false;
    removeEntry(path); // damaged
    renameSync(temporary, path);
  }
  return true;
}

function layoutOfTable({ instrument, columns, groups }: ArrowColumns, timezone: string | undefined): Layout {
  // What was written had sorted instruments, none of them null; the codes point into them.
  const names = (instrument.field.dictionary?.entries ?? []) as readonly string[];
  const joined = names.join();
  return {
    timezone,
    instruments: joined.split(",").length === names.length ? joined : names,
    codes: layoutOf(instrument),
    columns: Array.from(columns, ([name, column]) => ({ ...layoutOf(column), name })),
    groups: groups && [...groups],
  };
}

function indexBytes(keys: SortedKeys, layout: Layout): Uint8Array {
  const { sessionCount } = keys;
  const end = new TextEncoder().encode(JSON.stringify(layout));
  const offsetsAt = 8 + 8 * sessionCount;
  const layoutAt = offsetsAt + 4 * (sessionCount + 1);
  const out = new Uint8Array(layoutAt + end.length);
  new Uint32Array(out.buffer, 0, 1).fill(sessionCount);
  new BigInt64Array(out.buffer, 8, sessionCount).set(keys.datetimes);
  const offsets = new Uint32Array(out.buffer, offsetsAt, sessionCount + 1);
  for (let s = 0; s <= sessionCount; s++) offsets[s] = keys.startOf(s);
  out.set(end, layoutAt);
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
