import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DataServiceError } from "../../../errors.js";
import type { H5FilterInfo, H5SpaceInfo } from "../h5-types.js";
import { checkH5Version } from "./h5-version.js";
import { withPluginImports } from "./plugin-imports.js";
import type { OpeningFs } from "./sandbox.js";

/** The type, shape and chunks of something to create. */
export interface H5Creation {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: true;
  readonly vlen: false;
  readonly shape: readonly bigint[];
  readonly maxshape: readonly bigint[];
  readonly chunks: null;
}

type Dims = readonly bigint[] | null;

interface RawStream {
  readonly fd: number;
}

type RawWrite = (stream: RawStream, buffer: Int8Array, offset: number, length: number, at?: number) => number;

/**
 * The part of h5wasm's low-level module that is used. Its high-level `Dataset` is not: that one drops the
 * return code of H5Dread, and so hands out unread memory where a read fails.
 */
export interface H5Module {
  readonly HEAPU8: Uint8Array;
  readonly FS: OpeningFs & {
    write: RawWrite;
    close(stream: RawStream): void;
    readonly streams: readonly (RawStream | null | undefined)[];
  };
  readonly H5F_ACC_TRUNC: number;
  readonly H5F_LIBVER_EARLIEST: number;
  readonly H5F_LIBVER_LATEST: number;
  _malloc(size: number): number;
  _free(pointer: number): void;
  open(path: string, mode: number, trackOrder: boolean, low: number, high: number): bigint;
  close_file(file: bigint): number;
  get_type(file: bigint, path: string): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): H5SpaceInfo;
  get_attribute_data(file: bigint, path: string, name: string, into: bigint): number;
  get_dataset_metadata(file: bigint, path: string): H5SpaceInfo;
  get_dataset_filters(file: bigint, path: string): H5FilterInfo[];
  get_dataset_data(
    file: bigint,
    path: string,
    count: Dims,
    offset: Dims,
    strides: Dims,
    into: bigint,
  ): number;
  set_dataset_data(
    file: bigint,
    path: string,
    count: Dims,
    offset: Dims,
    strides: Dims,
    from: bigint,
  ): number;
  create_object_reference(file: bigint, path: string): ArrayLike<number>;
  create_group(file: bigint, path: string, trackOrder: boolean): number;
  create_dataset(file: bigint, path: string, from: bigint, creation: H5Creation): number;
  create_attribute(file: bigint, path: string, name: string, from: bigint, creation: H5Creation): number;
  insert_plugin_search_path(path: string, index: number): number;
}

let loading: Promise<H5Module> | undefined;
let live: H5Module | undefined;
let instances = 0;

/** h5wasm with its decompression plug-ins, loaded when first needed: compiling it takes about 0.15 s. */
export function loadH5(): Promise<H5Module> {
  loading ??= instantiate().then((h5) => {
    live = h5;
    return h5;
  });
  return loading;
}

/** The instance that is loaded, for reads that cannot wait. @throws DataServiceError while a new one is loading */
export function loadedH5(): H5Module {
  if (live) return live;
  throw new DataServiceError(
    "unsupported",
    "libhdf5 was brought down by a damaged file and is being loaded again; repeat the read after the next await",
  );
}

/** Gives up an instance that a damaged file has brought down: its memory cannot be trusted any more. */
export function abandon(h5: H5Module): void {
  for (const stream of h5.FS.streams) if (stream && stream.fd > 2) h5.FS.close(stream);
  if (h5 !== live) return;
  live = undefined;
  loading = undefined;
  loadH5().catch(() => undefined); // a failure shows in the next loadH5
}

/** An instance of our own, which nothing else in the process shares. */
async function instantiate(): Promise<H5Module> {
  const address = addressOfH5();
  checkH5Version(address);
  const url = `${address}?instance=${instances++}`;
  const load = async () => {
    const { ready } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as {
      ready: Promise<H5Module>;
    };
    return await ready;
  };
  const h5 = await withPluginImports(() => hushable(load));
  h5.insert_plugin_search_path(pluginFolder(), 0);
  return h5;
}

/**
 * Where h5wasm is. A bundle to CommonJS has no `import.meta.resolve`, and h5wasm nothing that a `require` would resolve: it
 * is looked for where one would look.
 * @throws DataServiceError unsupported
 */
function addressOfH5(): string {
  const { resolve } = import.meta as { resolve?: ImportMeta["resolve"] };
  if (resolve) return resolve("h5wasm/node");
  const folders = createRequire(import.meta.url).resolve.paths("h5wasm") ?? [];
  const found = folders
    .map((folder) => join(folder, "h5wasm", "dist", "node", "hdf5_hl.js"))
    .find((path) => existsSync(path));
  if (found !== undefined) return pathToFileURL(found).href;
  const problem = `h5wasm, which reads this HDF5 file, is not installed beside ${fileURLToPath(import.meta.url)}; install h5wasm@^0.10, and leave it out of the bundle`;
  throw new DataServiceError("unsupported", problem);
}

/** The folder of the filters, which the build puts beside this module or the file that it was joined into. */
export function pluginFolder(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "h5-filters");
}

/** What libhdf5 wrote to stderr during the last failing call, for an error's cause. */
class H5Complaint extends Error {
  override readonly name = "H5Complaint";
}

/** How many `quietly` are running. */
let quiet = 0;

/** h5wasm binds console.error when it is loaded, for warnings of its own; bound so, it is silent in `quietly`. */
async function hushable<T>(load: () => Promise<T>): Promise<T> {
  const { error } = console;
  const hushed = (...message: unknown[]) => {
    if (quiet === 0) error.apply(console, message);
  };
  console.error = hushed;
  try {
    return await load();
  } finally {
    if (console.error === hushed) console.error = error; // what others put there since is theirs
  }
}

/**
 * Runs calls into libhdf5 with its error print-outs caught instead of shown; `complaint()` gives what was
 * said since the start, or undefined.
 */
export function quietly<T>(h5: H5Module, use: (complaint: () => H5Complaint | undefined) => T): T {
  const write = h5.FS.write;
  const decoder = new TextDecoder();
  let said = "";
  h5.FS.write = (stream, buffer, offset, length, at) => {
    if (stream.fd !== 2) return write.call(h5.FS, stream, buffer, offset, length, at);
    if (said.length < 16_384) said += decoder.decode(buffer.slice(offset, offset + length));
    return length;
  };
  quiet++;
  try {
    return use(() => (said === "" ? undefined : new H5Complaint(said.trim())));
  } finally {
    quiet--;
    h5.FS.write = write;
  }
}
