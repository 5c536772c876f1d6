import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import type { FileTable, Progress } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { type OpenTableRequest, openTable, refuseForeignOptions } from "../formats/open.js";
import { isFolderOfParts } from "../formats/parts/detect.js";
import { isPattern } from "../formats/parts/find-parts.js";
import type { Duplicates } from "../keys/build/build-index.js";
import { checkChoice } from "../names/choice.js";
import { checkList } from "../names/field.js";
import type { KeyNames } from "../names/key-columns.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { parseRangeNs, type TimeInput } from "../time.js";
import { openBytes, refuseNoPath } from "./bytes-and-urls.js";
import { type CodesOption, spellCodes } from "./code-options.js";
import { openCached } from "./open-cached.js";
import { panelFromTable } from "./panel-from-table.js";

/** What of a file is opened, and how. */
export interface OpenOptions {
  /** HDF5 files: the key to read, `data` by default. */
  readonly key?: string | undefined;
  /**
   * Only these columns, in this order and under the names given here: each with or without `$` or as `group/name`; the
   * name of a group stands for all its columns.
   */
  readonly columns?: readonly string[] | undefined;
  /** Only rows from here on, inclusive. */
  readonly start?: TimeInput | undefined;
  /** Only rows up to here, inclusive; a bare date includes its whole day. */
  readonly end?: TimeInput | undefined;
  /**
   * A columnar copy of the file in a cache folder, from which a fresh process answers at once: `true` or `"on"`
   * for the user's cache folder (`aistock-data` in $XDG_CACHE_HOME or the platform's folder of caches), or a folder such as `./cache`. The copy is made by the first call, which reads the whole
   * file. `false` or `"off"`: no copy. When omitted, AISTOCK_DATA_CACHE decides (`on`, `off` or a folder); without that, an
   * existing copy is used and none is made. A copy serves only the exact file it was made from.
   */
  readonly cache?: CacheOption;
  /**
   * Whether to read all columns into memory now, as `panel.load()` does. For a large HDF5 file, a second thread then
   * starts reading the values while this one checks the keys.
   */
  readonly load?: boolean | undefined;
  /** With `load: true`: whether to lay columns out by instrument as well. @see LoadOptions.byInstrument */
  readonly byInstrument?: boolean | undefined;
  /** Called during a load that takes seconds. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * The columns (or levels of the index) that are the keys, where they are not to be found by their names:
   * `{ datetime: "trade_date", instrument: "ts_code" }`. Without it, `info.keys` says which were taken.
   */
  readonly keys?: KeyNames | undefined;
  /**
   * CSV files: the encoding of the text, such as `gbk`. When omitted it is recognised: UTF-16 by its mark, and GBK where it
   * cannot be UTF-8.
   */
  readonly encoding?: string | undefined;
  /**
   * Whose clocks the times show, where the file does not say: an IANA name such as `Asia/Shanghai`, `UTC`, or `+08:00`.
   * Times that have another zone in the file are taken to this one, the instants staying what they are.
   */
  readonly timezone?: string | undefined;
  /**
   * How instruments are to be spelled: `ts`, `qlib`, … (`CodeConvention`), `{ as, bare }` with a rule for codes that name no
   * exchange, or a function of the code. When omitted, as the file spells them.
   */
  readonly codes?: CodesOption | undefined;
  /**
   * What several rows of one key are: an error by default; with `"keep"` all are kept, in the order of the file, for the
   * right side of `asofJoin` alone, whose `ties` chooses among them. All other uses of such a panel refuse it.
   */
  readonly duplicates?: Duplicates | undefined;
  /** qlib folders: the calendar to read, `day` by default. */
  readonly freq?: string | undefined;
  /** qlib folders: the instrument list to read, `all` by default. A bare date as END in it includes its whole day. */
  readonly instruments?: string | undefined;
  /**
   * qlib folders: whether a damaged field, or one longer than the calendar, is an error; false by default, and then it costs
   * its instrument that field, or the values behind the calendar, and a note says so.
   */
  readonly strict?: boolean | undefined;
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
  byInstrument: true,
  onProgress: true,
  keys: true,
  encoding: true,
  timezone: true,
  codes: true,
  duplicates: true,
  freq: true,
  instruments: true,
  keepEmptyRows: true,
  strict: true,
};

/**
 * Opens any supported file as a Panel; the format is recognised by the file's bytes. A folder of files with the same columns
 * (parts by month, `year=2020` folders, a CSV file a stock), a pattern such as `bars/*.parquet`, or a list of paths is one
 * panel (`openParts`). The keys are read and checked now.
 * Columns stay in the file until they are first used, or are read in one pass with `load: true`; those of CSV files
 * are read now, the dates asked for. An option meant for one format is refused for any other.
 * @throws DataServiceError not-found, is-directory, read-failed, unknown-format, corrupt, unsupported, unknown-key,
 *   flat-index, duplicate-keys, missing-keys, unknown-field, bad-request, over-budget, write-failed (the cache)
 * @example
 * const panel = await openPanel("daily_pv.h5", { columns: ["close"], start: "2020-01-01" });
 */
export async function openPanel(
  file: string | readonly string[] | Uint8Array,
  options: OpenOptions = {},
): Promise<Panel> {
  if (file instanceof Uint8Array)
    return openBytes(file, (path) => openPanel(path, { ...options, load: true, cache: false }));
  if (!Array.isArray(file)) refuseNoPath(file as string);
  const path = file as string | readonly string[];
  if (typeof path !== "string" || isInParts(path)) {
    const { openParts } = await import("../formats/parts/open.js");
    const label = typeof path === "string" ? path : `${path[0]} + ${path.length - 1} more`;
    return openPanelBy(label, { ...options, cache: false }, (request) => openParts(path, request), true);
  }
  return openPanelBy(path, options, (request) => openTable(path, request));
}

/** Whether a path names a table that lies in many files: a pattern, or a folder of parts. */
export function isInParts(path: string): boolean {
  return isPattern(path) || isFolderOfParts(path);
}

const DUPLICATES: readonly Duplicates[] = ["error", "keep"];
const KEY_NAMES: RequestKeys<KeyNames> = { datetime: true, instrument: true };

/** `openPanel` of a file whose table `open` gives. */
export async function openPanelBy(
  path: string,
  options: OpenOptions,
  open: (request: OpenTableRequest) => Promise<FileTable>,
  isParts = false,
): Promise<Panel> {
  checkKeys(options, OPEN_KEYS, "openPanel");
  const {
    start,
    end,
    columns,
    key,
    load = false,
    byInstrument,
    onProgress,
    freq,
    instruments,
    keepEmptyRows,
    strict,
    encoding,
    duplicates,
  } = options;
  if (duplicates !== undefined) checkChoice(duplicates, DUPLICATES, "openPanel: duplicates");
  if (columns !== undefined) checkList(columns, "columns");
  if (byInstrument && !load) {
    const problem = "openPanel: byInstrument lays out what is in memory; give load: true as well";
    throw new DataServiceError("bad-request", problem);
  }
  if (!isParts) refuseForeignOptions(path, { key, freq, instruments, keepEmptyRows, strict, encoding });
  const { startNs, endNs } = parseRangeNs({ start, end });
  const keyNames = options.keys;
  if (keyNames !== undefined) checkKeys(keyNames, KEY_NAMES, "keys");
  const request = {
    keyNames,
    key,
    columns,
    startNs,
    endNs,
    onProgress,
    freq,
    instruments,
    keepEmptyRows,
    strict,
    encoding,
  };
  // A copy was made under the names that are found without being told, with one row a key.
  const isPlain = keyNames === undefined && encoding === undefined && duplicates !== "keep";
  const use = isPlain ? cacheUse(path, options.cache) : undefined;
  const cached = use && (await openCached(path, use, request));
  const whole =
    cached ?? panelFromTable(await open(request), { startNs, endNs, load, onProgress, duplicates });
  const chosen = columns === undefined ? whole : whole.select(columns);
  const panel = underOptions(chosen, options);
  return load ? panel.load({ byInstrument, onProgress }) : panel;
}

/** What options say of the keys, whatever the format. */
function underOptions(panel: Panel, { timezone, codes }: OpenOptions): Panel {
  const spelled = codes === undefined ? panel : spellCodes(panel, codes);
  if (timezone === undefined) return spelled;
  return spelled.indexWithRepeats.timezone === undefined
    ? spelled.withZone(timezone)
    : spelled.inZone(timezone);
}
