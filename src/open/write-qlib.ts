import { existsSync, readdirSync, statSync } from "node:fs";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { restoreReplaced } from "../files/leftovers.js";
import type { WriteOptions } from "../formats/write.js";
import { replaceWhenWhole } from "../formats/write.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";

/** How `writeQlibBin` writes a provider folder. */
export interface WriteQlibOptions extends WriteOptions {
  /** The calendar's name: `day` by default. */
  readonly freq?: string | undefined;
  /** Whether to replace an old provider folder that holds things the new one lacks; false by default. */
  readonly replace?: boolean | undefined;
}

const WRITE_QLIB_KEYS: RequestKeys<WriteQlibOptions> = { freq: true, replace: true, onProgress: true };

/**
 * Writes a panel as a qlib provider folder: calendars, instruments and one little-endian float32 file per field and
 * instrument. An old provider folder stays until the new one is complete. Anything else at `path` is left alone; so is,
 * unless `replace` is true, a provider folder that holds instrument lists, frequencies, fields, instruments or sessions
 * that the new one would lack.
 * @throws DataServiceError unsupported (a column is not numeric), bad-request (what is at `path` stays), write-failed
 * @example
 * await writeQlibBin(panel, "provider");
 */
export async function writeQlibBin(
  panel: Panel,
  path: string,
  options: WriteQlibOptions = {},
): Promise<void> {
  checkKeys(options, WRITE_QLIB_KEYS, "writeQlibBin");
  const { replace = false, ...writing } = options;
  restoreReplaced(path);
  refuseForeign(path);
  if (!replace && existsSync(path)) await refuseLosses(panel, path, options.freq ?? "day");
  const formats = await import("../formats/qlib/write.js");
  const write = (temporary: string) => formats.writeQlibBin(temporary, panel.table(), writing);
  await replaceWhenWhole(path, write, "folder");
}

/** Instrument lists above all cannot be made again from anything else. */
async function refuseLosses(panel: Panel, path: string, freq: string): Promise<void> {
  const { lostByReplacing } = await import("../formats/qlib/losses.js");
  const lost = lostByReplacing(path, panel.table(), freq);
  if (lost.length === 0) return;
  throw new DataServiceError(
    "bad-request",
    `${path}: a qlib provider folder with what the new one would not have: ${lost.join("; ")}; give a new folder, or lose that with replace: true (convert --force)`,
    { path, found: lost },
  );
}

const PROVIDER_ENTRIES: ReadonlySet<string> = new Set(["calendars", "features", "instruments"]);

/** The folder takes the place of what is at `path`, which must therefore hold nothing that is not a provider's. */
function refuseForeign(path: string): void {
  const stat = accessing(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stat) return;
  const foreign = stat.isDirectory()
    ? accessing(path, () => readdirSync(path)).filter((name) => !PROVIDER_ENTRIES.has(name))
    : [path];
  if (foreign.length === 0) return;
  const what = stat.isDirectory() ? `a folder that holds "${foreign[0]}"` : "a file";
  throw new DataServiceError(
    "bad-request",
    `${path}: ${what}, which a qlib provider folder would replace; give a new folder`,
    { path, found: foreign },
  );
}
