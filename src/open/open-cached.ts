import type { CacheUse } from "../cache/cache-use.js";
import { type CachedTable, readCached } from "../cache/cached-table.js";
import { identifySource, settlingMs } from "../cache/source-identity.js";
import { writeCached } from "../cache/write-cached.js";
import { Column } from "../columns/column.js";
import { readTogether } from "../columns/read-together.js";
import type { TableRequest } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { isSystemError } from "../files/file-access.js";
import { detectFormat, openTable } from "../formats/open.js";
import { PanelIndex } from "../keys/panel-index.js";
import { placesOfUsed } from "../keys/used-codes.js";
import { selectFields } from "../names/field.js";
import { Panel } from "../panel/panel.js";
import { panelFromTable } from "./panel-from-table.js";

/**
 * The Panel of a file from its entry in the cache, which is made first where there is none and `use` says so.
 * Undefined where the cache cannot serve it: no regular file, an Arrow file, or one that is being written to.
 * @throws DataServiceError as `openPanel`; write-failed where the call asked for the cache
 */
export async function openCached(
  path: string,
  use: CacheUse,
  request: TableRequest,
): Promise<Panel | undefined> {
  const source = identifySource(path, request.key);
  if (!source) return undefined;
  let table = readCached(use.folder, source);
  if (!table && use.make && detectFormat(path) !== "arrow-ipc") table = await makeEntry(path, use, request);
  return table && panelOf(table, path, request);
}

/** Reads the whole file once into a new entry. Rows and columns the request leaves out are cached as well. */
async function makeEntry(
  path: string,
  use: CacheUse,
  request: TableRequest,
): Promise<CachedTable | undefined> {
  const seen = identifySource(path, request.key);
  if (seen) await new Promise((resolve) => setTimeout(resolve, settlingMs(seen, Date.now())));
  const source = identifySource(path, request.key);
  if (!source) return undefined;
  const { key, onProgress } = request;
  try {
    const panel = panelFromTable(await openTable(path, { key }));
    const columns = new Map(panel.columnNames.map((name) => [name, panel.column(name)]));
    const table = { keys: panel.index, columns: readTogether(columns), groups: panel.info.groups };
    if (!(await writeCached(use.folder, source, table, onProgress))) return undefined;
  } catch (error) {
    const isFault = !(error instanceof DataServiceError || isSystemError(error));
    if (use.required || isFault) throw error;
    return undefined; // the request may be for less, and what is wrong with that the source says itself
  }
  return readCached(use.folder, source);
}

function panelOf(table: CachedTable, label: string, { columns, startNs, endNs }: TableRequest): Panel {
  const { datetimes, instruments, offsets, codes, timezone, groups } = table;
  const asked = columns && selectFields(columns, table.columns, groups, label).values();
  const names = [...new Set(asked ?? table.columns.keys())];
  const chosen = new Map(names.map((name) => [name, Column.from(table.columns.get(name)!)]));
  const index = new PanelIndex({ datetimes, instruments, offsets, codes, timezone, allUsed: true });
  const info = { source: label, groups };
  const panel = new Panel(index, chosen, info);
  if (startNs === undefined && endNs === undefined) return panel;
  const part = panel.window({ start: startNs, end: endNs });
  return new Panel(withoutUnused(part.index), new Map(names.map((name) => [name, part.column(name)])), info);
}

/** The index without the instruments that have no row, as opening the file itself makes it. */
function withoutUnused(index: PanelIndex): PanelIndex {
  const used = index.usedCodes();
  if (!used.includes(0)) return index;
  const places = placesOfUsed(used);
  const instruments = index.instruments.filter((_, code) => used[code] === 1);
  const codes = index.codes.map((code) => places[code]!);
  const { datetimes, offsets, timezone } = index;
  return new PanelIndex({ datetimes, instruments, offsets, codes, timezone });
}
