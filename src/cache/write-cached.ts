import { renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Progress, SortedKeys, WritableTable } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { discard } from "../files/discard.js";
import { isSystemError } from "../files/file-access.js";
import type { ArrowColumns } from "../formats/arrow/ipc.js";
import { flushToDisk } from "../formats/write.js";
import { blockSums } from "./block-sums.js";
import { cacheLimit, entryFolder, evict, MANIFEST, makeTemporary, removeEntry } from "./cache-folder.js";
import { INDEX, isWhole, type Layout, type Manifest, PANEL, SUMS, VERSION } from "./cached-table.js";
import { layoutOf } from "./column-layout.js";
import { digest } from "./digest.js";
import { HeldFile } from "./held-file.js";
import { identifySource, type SourceIdentity, sameSource, sampleOf } from "./source-identity.js";

/** A column's layout names each batch: those of 65,536 rows would be 218 for 14 million. */
const BATCH_ROWS = 1 << 20;

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
    const { writeArrowIpc } = await import("../formats/arrow/ipc-write.js");
    await writeArrowIpc(join(temporary, PANEL), table, onProgress, BATCH_ROWS);
    const { index, sums, sample } = await describePanel(join(temporary, PANEL), table.keys);
    writeFileSync(join(temporary, INDEX), index);
    writeFileSync(join(temporary, SUMS), sums);
    const manifest: Manifest = {
      version: VERSION,
      source,
      rowCount: table.keys.rowCount,
      columns: [...table.columns.keys()],
      index: digest(index),
      sums: digest(sums),
      panel: sample,
    };
    writeFileSync(join(temporary, MANIFEST), JSON.stringify(manifest));
    for (const name of [PANEL, INDEX, SUMS, MANIFEST]) flushToDisk(join(temporary, name));
    const now = identifySource(source.path, source.key);
    if (!now || !sameSource(now, source)) return false;
    if (!settle(temporary, path, source)) return true;
    temporary = undefined;
    evict(folder, path, source, cacheLimit());
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error; // says what is wrong with the source, or is a fault of the program
    throw new DataServiceError(
      "write-failed",
      `${source.path}: could not be cached in ${dirname(path)}: ${error.message}; give another folder, or cache: false`,
      { path: source.path },
      error,
    );
  } finally {
    if (temporary !== undefined) discard(temporary);
  }
}

/** The bytes of index.bin and sums.bin for a finished panel.arrow, and the sample of the latter. */
async function describePanel(
  path: string,
  keys: SortedKeys,
): Promise<{ index: Uint8Array; sums: Uint8Array; sample: string }> {
  const { readArrowColumns } = await import("../formats/arrow/ipc.js");
  const panel = new HeldFile(path);
  try {
    const index = indexBytes(keys, layoutOfTable(readArrowColumns(panel, {}), keys.timezone));
    const sums = blockSums(panel.fd, panel.size);
    return { index, sums, sample: sampleOf(panel.fd, panel.size) };
  } finally {
    panel.close();
  }
}

/** Other processes may put entries there, and clear them away again, as fast as this one looks. */
const MOST_TRIES = 100;

/** Gives a finished entry its place. False where another process has put a good one there first. */
function settle(temporary: string, path: string, source: SourceIdentity): boolean {
  for (let tries = 1; ; tries++) {
    try {
      renameSync(temporary, path);
      return true;
    } catch (error) {
      if (!isOccupied(error) || tries === MOST_TRIES) throw error;
      if (isWhole(path, source)) return false;
      removeEntry(path); // it cannot be read, or is gone
    }
  }
}

/** Whether a folder could not be renamed since there is one with something in it. */
function isOccupied(error: unknown): boolean {
  return isSystemError(error) && ["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code ?? "");
}

function layoutOfTable({ instrument, columns, groups }: ArrowColumns, timezone: string | undefined): Layout {
  // What was written had sorted instruments, none of them null; the codes point into them.
  const names = (instrument.field.dictionary?.entries ?? []) as readonly string[];
  const joined = names.join();
  return {
    timezone,
    instruments: joined.split(",").length === names.length ? joined : names,
    codes: layoutOf(instrument),
    columns: Array.from(columns, ([name, column]) => ({ ...layoutOf(column as typeof instrument), name })), // none is refused
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
