import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { Progress, WritableTable } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { replaceFolder } from "../files/replace-folder.js";
import { withTemporary } from "../files/temporaries.js";
import { refuseKeyNames } from "../names/key-names.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";

/** How a file is written; see `panel.write`. */
export interface WriteOptions {
  /** Called during a write that takes seconds. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const WRITE_KEYS: RequestKeys<WriteOptions> = { onProgress: true };

type Writer = (path: string, table: WritableTable, onProgress?: WriteOptions["onProgress"]) => Promise<void>;

const hdf = async () => (await import("./pandas-hdf/write/write.js")).writePandasHdf;
const parquet = async () => (await import("./parquet/write.js")).writeParquet;
const arrow = async () => (await import("./arrow/ipc-write.js")).writeArrowIpc;
const csv = async () => (await import("./csv/write.js")).writeCsv;
const csvGz = async () => (await import("./csv/write.js")).writeCsvGz;
const npy = async () => (await import("./npy/write.js")).writeNpy;
const safetensors = async () => (await import("./safetensors/write.js")).writeSafetensors;

const WRITERS: Readonly<Record<string, () => Promise<Writer>>> = {
  ".h5": hdf,
  ".hdf": hdf,
  ".hdf5": hdf,
  ".parquet": parquet,
  ".pq": parquet,
  ".arrow": arrow,
  ".feather": arrow,
  ".ipc": arrow,
  ".csv": csv,
  ".csv.gz": csvGz,
  ".npy": npy,
  ".safetensors": safetensors,
};

/** Formats of numbers for other programs, which are not read as panels. */
const NO_TABLES: ReadonlySet<() => Promise<Writer>> = new Set([npy, safetensors]);

/** The end of a path that tells its format, in lower case; empty where there is none. */
export function extensionOf(path: string): string {
  const last = extname(path).toLowerCase();
  return last === ".gz" ? extname(path.slice(0, -last.length)).toLowerCase() + last : last;
}

/** Whether a path has the extension of a format that is written to one file and read as a panel. */
export function isTableName(path: string): boolean {
  const writer = WRITERS[extensionOf(path)];
  return writer !== undefined && !NO_TABLES.has(writer);
}

/** Whether a path names an Arrow file. */
export function isArrowName(path: string): boolean {
  return WRITERS[extensionOf(path)] === arrow;
}

/** @throws DataServiceError bad-request */
function writerOf(path: string): () => Promise<Writer> {
  if (typeof path !== "string") {
    throw new DataServiceError("bad-request", `write: ${String(path)} is not a path; give one as text`);
  }
  const extension = extensionOf(path);
  const writer = WRITERS[extension];
  if (writer) return writer;
  throw new DataServiceError(
    "bad-request",
    `${path}: cannot tell the format to write from "${extension}"; use ${Object.keys(WRITERS).join(", ")}`,
    { path, found: Object.keys(WRITERS) },
  );
}

/**
 * Refuses, before the work that is to be written, what `writeTable` would refuse after it.
 * @throws DataServiceError bad-request (no such format), write-failed (a folder, or in one that cannot be written to)
 */
export function checkFile(path: string): void {
  writerOf(path);
  checkTarget(path, "file");
}

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
  const writer = writerOf(path);
  // pandas' HDF5 keeps keys and columns apart; in the other formats they stand side by side.
  if (writer !== hdf) refuseKeyNames(table.columns.keys(), path);
  const write = await writer();
  await replaceWhenWhole(path, (temporary) => write(temporary, table, options.onProgress));
}

/**
 * Runs `write` on a temporary file or folder beside `path`, which exists and is empty, then lets that take the place of
 * what is at `path`, with the mode of that. Of a link, what it leads to is replaced.
 * @throws DataServiceError write-failed, and what `write` throws
 */
export async function replaceWhenWhole(
  path: string,
  write: (temporary: string) => Promise<void>,
  kind: "file" | "folder" = "file",
): Promise<void> {
  const { target, old } = checkTarget(path, kind);
  await withTemporary(target, async (temporary) => {
    try {
      makeEmpty(temporary, kind, old?.mode);
      await write(temporary);
      if (old) chmodSync(temporary, old.mode & MODE_BITS);
      if (kind === "file") flushToDisk(temporary);
      if (kind === "folder") replaceFolder(target, temporary);
      else renameSync(temporary, target);
    } catch (error) {
      throw failure(path, temporary, error);
    }
  });
}

const MODE_BITS = 0o7777;

/**
 * Where the write ends, and what is there now.
 * @throws DataServiceError write-failed
 */
export function checkTarget(
  path: string,
  kind: "file" | "folder",
): { readonly target: string; readonly old: Stats | undefined } {
  const target = targetOf(path);
  const old = statSync(target, { throwIfNoEntry: false });
  if (kind === "file" && old?.isDirectory()) {
    throw new DataServiceError("write-failed", `${path}: a folder; give the name of a file in it`, { path });
  }
  if (old && !old.isFile() && !old.isDirectory()) {
    // Renaming over it would take the device from all others.
    const problem = `${path}: a device, a pipe or a socket, which a file would replace; name a file, or a path where there is nothing`;
    throw new DataServiceError("write-failed", problem, { path });
  }
  const parent = dirname(target);
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataServiceError("write-failed", `${path}: there is no folder ${parent}; make it first`, {
      path,
    });
  }
  try {
    accessSync(parent, constants.W_OK); // the temporary name stands there until the write is whole
  } catch (cause) {
    const problem = `${path}: the folder ${parent} cannot be written to; choose another, or change its permissions`;
    throw new DataServiceError("write-failed", problem, { path }, cause);
  }
  return { target, old };
}

/** What a link leads to. @throws DataServiceError write-failed */
function targetOf(path: string): string {
  try {
    statSync(path, { throwIfNoEntry: false }); // refuses a link to itself
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  } catch (error) {
    throw failure(path, path, error);
  }
}

/** Nobody may look into what replaces a private file while it is written. */
function makeEmpty(temporary: string, kind: "file" | "folder", mode: number | undefined): void {
  const access = mode === undefined ? undefined : mode & MODE_BITS;
  if (kind === "folder") mkdirSync(temporary, access === undefined ? {} : { mode: access | 0o700 });
  else closeSync(openSync(temporary, "wx", access === undefined ? undefined : access | 0o600));
}

function failure(path: string, temporary: string, error: unknown): DataServiceError {
  const reason = error instanceof Error ? error.message.replaceAll(temporary, path) : String(error);
  if (error instanceof DataServiceError) {
    return new DataServiceError(error.code, reason, { ...error.details, path }, error.cause);
  }
  return new DataServiceError("write-failed", `${path}: could not be written: ${reason}`, { path }, error);
}

/** What was written is on the disk, not on its way there. */
export function flushToDisk(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
