import { statSync } from "node:fs";
import { extname } from "node:path";
import { DataServiceError } from "../errors.js";
import { withTemporary } from "../files/temporaries.js";
import { detectFormat, type FileFormat } from "../formats/open.js";
import { findParts } from "../formats/parts/find-parts.js";
import { isArrowName, replaceWhenWhole } from "../formats/write.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { convertInParts } from "./convert-in-parts.js";
import { isInParts, OPEN_KEYS, type OpenOptions, openPanel } from "./open-panel.js";
import { type WriteQlibOptions, writeQlibBin } from "./write-qlib.js";

/** How `convertFile` reads and writes. */
export interface ConvertOptions extends OpenOptions {
  /** Parquet and CSV files larger than this are not read into memory as a whole; 256 MiB by default. */
  readonly partsAboveBytes?: number | undefined;
  /** qlib folders: whether to replace an old folder that holds what the new one lacks. @see WriteQlibOptions.replace */
  readonly replace?: boolean | undefined;
  /** qlib folders: the name of the calendar in the folder written; when omitted, `freq`, else `day`. */
  readonly targetFreq?: string | undefined;
}

const CONVERT_KEYS: RequestKeys<ConvertOptions> = {
  ...OPEN_KEYS,
  partsAboveBytes: true,
  replace: true,
  targetFreq: true,
};
const IN_PARTS_ABOVE_BYTES = 1 << 28;

/**
 * Writes what `from` holds, a file, a qlib folder or a folder of parts, to `to`, in the format that the extension of `to` names, or as a qlib folder if it has none.
 * Memory stays bounded: HDF5, Arrow and qlib files are read by row ranges (compressed Arrow files by the record batches
 * that hold those rows, so that a file written as a single batch is decompressed whole), and large Parquet and CSV
 * files some sessions at a time, by way of an Arrow file beside `to`. Only of a file whose rows are not sorted are all
 * columns kept in memory. These files are not copied to the cache.
 * @returns the panel that was written
 * @throws DataServiceError what openPanel and panel.write throw
 * @example
 * await convertFile("daily_pv.h5", "daily_pv.parquet");
 */
export async function convertFile(from: string, to: string, options: ConvertOptions = {}): Promise<Panel> {
  checkKeys(options, CONVERT_KEYS, "convertFile");
  const { partsAboveBytes = IN_PARTS_ABOVE_BYTES, replace, targetFreq, ...opening } = options;
  if (to === "-") {
    throw new DataServiceError(
      "bad-request",
      'cannot write to "-" (stdout); name a file, or a folder for qlib',
      {
        path: to,
      },
    );
  }
  if (targetFreq !== undefined && !isQlibName(to)) {
    throw new DataServiceError(
      "bad-request",
      `${to}: the option "targetFreq" is for a qlib folder, whose name has no extension; leave it out`,
      { path: to, field: "targetFreq", advice: { code: "target-freq", words: 'the option "targetFreq"' } },
    );
  }
  const freq = targetFreq ?? opening.freq;
  const writing = { replace, freq, onProgress: opening.onProgress };
  const { format, bytes } = sourceOf(from);
  if ((format !== "parquet" && format !== "csv") || bytes <= partsAboveBytes) {
    const panel = await openPanel(from, opening);
    await writeAs(panel, to, writing);
    return panel;
  }
  if (isArrowName(to)) {
    await replaceWhenWhole(to, (temporary) => convertInParts(from, temporary, opening));
    return openPanel(to, { cache: false });
  }
  await withTemporary(to, async (arrow) => {
    await convertInParts(from, arrow, opening);
    await writeAs(await openPanel(arrow), to, writing);
  });
  return openPanel(to, { cache: false, ...(isQlibName(to) && { freq }) });
}

/** What is read: the format of the file, or of all the parts of a table, and the bytes of them. */
function sourceOf(from: string): { readonly format: FileFormat | undefined; readonly bytes: number } {
  if (!isInParts(from)) return { format: detectFormat(from), bytes: statSync(from).size };
  const paths = findParts(from).map(({ path }) => path);
  const [first, ...others] = new Set(paths.map(detectFormat));
  // The text of CSV parts is read once, and what it holds kept.
  const format = others.length > 0 || first === "csv" ? undefined : first;
  return { format, bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) };
}

/** Whether a path names a qlib folder to write. */
function isQlibName(path: string): boolean {
  return extname(path) === "";
}

async function writeAs(panel: Panel, to: string, options: WriteQlibOptions): Promise<void> {
  if (isQlibName(to)) await writeQlibBin(panel, to, options);
  else await panel.write(to, { onProgress: options.onProgress });
}
