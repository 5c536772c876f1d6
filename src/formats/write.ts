import { closeSync, fsyncSync, openSync, renameSync, statSync } from "node:fs";
import { extname } from "node:path";
import { DataServiceError } from "../errors.js";
import { refuseKeyNames } from "../names/key-names.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { discard } from "./discard.js";
import type { Progress, WritableTable } from "./table.js";
import { nameBeside, withTemporary } from "./temporaries.js";

export interface WriteOptions {
  /** Called while a write that takes seconds goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const WRITE_KEYS: RequestKeys<WriteOptions> = { onProgress: true };

type Writer = (path: string, table: WritableTable, onProgress?: WriteOptions["onProgress"]) => Promise<void>;

const WRITERS: Readonly<Record<string, () => Promise<Writer>>> = {
  ".h5": async () => (await import("./pandas-hdf/write.js")).writePandasHdf,
  ".parquet": async () => (await import("./parquet.js")).writeParquet,
  ".arrow": async () => (await import("./arrow-ipc-write.js")).writeArrowIpc,
  ".feather": async () => (await import("./arrow-ipc-write.js")).writeArrowIpc,
  ".csv": async () => (await import("./csv.js")).writeCsv,
};

/**
 * Writes a table as the extension of `path` says. The bytes go to a temporary name beside it, which takes the
 * place of `path` only when it is whole: a write that fails or is interrupted leaves the old file as it was.
 * @throws DataServiceError bad-request (no such format), unsupported (the format cannot hold it), column-conflict (a
 *   column has the name of a key), write-failed
 */
export async function writeTable(
  path: string,
  table: WritableTable,
  options: WriteOptions = {},
): Promise<void> {
  checkKeys(options, WRITE_KEYS, "write");
  const extension = extname(path).toLowerCase();
  const writer = WRITERS[extension];
  if (!writer) {
    throw new DataServiceError(
      "bad-request",
      `${path}: cannot tell the format to write from "${extension}"; use ${Object.keys(WRITERS).join(", ")}`,
      { path, found: Object.keys(WRITERS) },
    );
  }
  // pandas' HDF5 keeps keys and columns apart; in the other formats they stand side by side.
  if (extension !== ".h5") refuseKeyNames(table.columns.keys(), path);
  const write = await writer();
  await replaceWhenWhole(path, (temporary) => write(temporary, table, options.onProgress));
}

/** Runs `write` on a temporary name beside `path` (a file or a folder), then lets that take the place of `path`. */
export async function replaceWhenWhole(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await withTemporary(path, async (temporary) => {
    try {
      await write(temporary);
      const isFolder = statSync(temporary).isDirectory();
      if (!isFolder) flushToDisk(temporary);
      if (isFolder && statSync(path, { throwIfNoEntry: false })) replaceFolder(path, temporary);
      else renameSync(temporary, path);
    } catch (error) {
      throw failure(path, temporary, error);
    }
  });
}

function failure(path: string, temporary: string, error: unknown): DataServiceError {
  const reason = error instanceof Error ? error.message.replaceAll(temporary, path) : String(error);
  if (error instanceof DataServiceError) {
    return new DataServiceError(error.code, reason, { ...error.details, path }, error.cause);
  }
  return new DataServiceError("write-failed", `${path}: could not be written: ${reason}`, { path }, error);
}

/** A folder cannot be renamed over another: the old one steps aside first, and comes back if the new one cannot. */
function replaceFolder(path: string, temporary: string): void {
  const old = nameBeside(path, "old");
  renameSync(path, old);
  try {
    renameSync(temporary, path);
  } catch (error) {
    renameSync(old, path);
    throw error;
  }
  discard(old);
}

function flushToDisk(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
