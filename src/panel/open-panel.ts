import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import { type OpenTableRequest, openTable, refuseForeignOptions } from "../formats/open.js";
import type { FileTable, Progress } from "../formats/table.js";
import { checkList } from "../names/field.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { parseRangeNs, type TimeInput } from "../time.js";
import { openCached } from "./open-cached.js";
import type { Panel } from "./panel.js";
import { panelFromTable } from "./panel-from-table.js";

export interface OpenOptions {
  /** HDF5 files: the key to read, `data` by default. */
  readonly key?: string | undefined;
  /**
   * Only these columns, in this order, under the names asked by: each with or without `$` or as `group/name`, or
   * the name of a group for all its columns.
   */
  readonly columns?: readonly string[] | undefined;
  /** Only rows from here on, inclusive. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date takes in its whole day. */
  readonly end?: TimeInput | undefined;
  /**
   * A columnar copy of the file in a cache folder, from which a fresh process answers at once: `true` for the
   * user's cache folder ($XDG_CACHE_HOME/aistock-data), or a folder; made on the first call, which reads the
   * whole file. `false`: none. When omitted, AISTOCK_DATA_CACHE says it (`on`, `off` or a folder), and without
   * that a copy that is there is used and none is made. A copy serves only the very file it was made of.
   */
  readonly cache?: CacheOption;
  /**
   * Whether to read all columns into memory now, as `panel.load()` does. A second thread then begins to read the values of
   * a large HDF5 file while this one checks its keys.
   */
  readonly load?: boolean | undefined;
  /** Called while a load that takes seconds goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** qlib folders: the calendar to read, `day` by default. */
  readonly freq?: string | undefined;
  /** qlib folders: the instrument list to read, `all` by default. A bare date as an END there takes in its whole day. */
  readonly instruments?: string | undefined;
  /** qlib folders: whether to keep the all-NaN rows that fill an instrument's span; true by default. */
  readonly keepEmptyRows?: boolean | undefined;
}

export const OPEN_KEYS: RequestKeys<OpenOptions> = {
  key: true,
  columns: true,
  start: true,
  end: true,
  cache: true,
  load: true,
  onProgress: true,
  freq: true,
  instruments: true,
  keepEmptyRows: true,
};

/**
 * Opens any supported file, told apart by its bytes, as a Panel. The keys are read and checked now; columns
 * stay in the file until they are first used, or are read in one pass with `load: true`. Those of Parquet and CSV files
 * are read now, as whole columns. Options of one format alone are refused where another meets them.
 * @throws DataServiceError not-found, is-directory, read-failed, unknown-format, corrupt, unsupported, unknown-key,
 *   flat-index, duplicate-keys, missing-keys, unknown-field, bad-request, over-budget, write-failed (the cache)
 */
export async function openPanel(path: string, options: OpenOptions = {}): Promise<Panel> {
  return openPanelBy(path, options, (request) => openTable(path, request));
}

/** `openPanel` of a file whose table `open` gives. */
export async function openPanelBy(
  path: string,
  options: OpenOptions,
  open: (request: OpenTableRequest) => Promise<FileTable>,
): Promise<Panel> {
  checkKeys(options, OPEN_KEYS, "openPanel");
  const { start, end, columns, key, load = false, onProgress, freq, instruments, keepEmptyRows } = options;
  if (columns !== undefined) checkList(columns, "columns");
  refuseForeignOptions(path, { key, freq, instruments, keepEmptyRows });
  const { startNs, endNs } = parseRangeNs({ start, end });
  const request = { key, columns, startNs, endNs, onProgress, freq, instruments, keepEmptyRows };
  const use = cacheUse(path, options.cache);
  const cached = use && (await openCached(path, use, request));
  const whole = cached ?? panelFromTable(await open(request), { startNs, endNs, load, onProgress });
  const panel = columns === undefined ? whole : whole.select(columns);
  return load ? panel.load(onProgress) : panel;
}
