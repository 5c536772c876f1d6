import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** H5T_class_t of the types that occur. */
export const H5T = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  compound: 6,
  enumeration: 8,
  vlen: 9,
  array: 10,
};

/** What libhdf5 says of a type; `type` is an H5T_class_t. */
export interface H5TypeInfo {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly cset?: number;
  readonly array_type?: H5TypeInfo & { readonly shape: readonly number[] };
  readonly compound_type?: { readonly members: readonly H5Member[] };
}

export interface H5Member extends H5TypeInfo {
  readonly name: string;
  readonly offset: number;
}

export interface H5SpaceInfo extends H5TypeInfo {
  /** Null for an attribute or dataset without a value. */
  readonly shape: readonly number[] | null;
  readonly total_size: number;
  readonly chunks: readonly number[] | null;
}

export interface H5FilterInfo {
  readonly id: number;
  readonly name: string;
}

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
  readonly FS: { write: RawWrite };
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

/** h5wasm with its decompression plug-ins, loaded when first needed: compiling it takes about 0.15 s. */
export function loadH5(): Promise<H5Module> {
  loading ??= (async () => {
    const { ready } = await import("h5wasm/node");
    const h5 = (await ready) as unknown as H5Module;
    h5.insert_plugin_search_path(pluginFolder(), 0);
    return h5;
  })();
  return loading;
}

function pluginFolder(): string {
  const manifest = createRequire(import.meta.url).resolve("h5wasm-plugins/package.json");
  return join(dirname(manifest), "plugins");
}

/** What libhdf5 wrote to stderr during the last failing call, for an error's cause. */
export class H5Complaint extends Error {
  override readonly name = "H5Complaint";
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
  try {
    return use(() => (said === "" ? undefined : new H5Complaint(said.trim())));
  } finally {
    h5.FS.write = write;
  }
}
