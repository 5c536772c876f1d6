import { basename } from "node:path";
import { DataServiceError } from "../../../errors.js";
import { announceRead, type ByteFile } from "../../../files/byte-file.js";
import { attributeValue } from "../attribute-value.js";
import type { AttributeValue, Dataset, H5Structure, ReadingRows } from "../h5-structure.js";
import { H5T } from "../h5-types.js";
import { contiguousExtent, type Extent, readSuperblock } from "../object-header.js";
import { chunkRows, type StoredChunk } from "./chunk-rows.js";
import { requireFilters } from "./filters.js";
import { abandon, type H5Module, loadedH5, pluginFolder, quietly } from "./h5-library.js";
import { isWasmFailure } from "./plugin-imports.js";
import { Sandbox, withinHeap } from "./sandbox.js";
import { storedData } from "./stored-data.js";

const GROUP = 0;
const DATASET = 1;

/** Attributes are text and small numbers; PyTables itself stops at 64 KiB. */
const MOST_ATTRIBUTE_BYTES = 1 << 20;
/** What one call may bring into the wasm heap, which never shrinks. */
const MOST_HEAP_BYTES = 1 << 29;

/** An HDF5 file that libhdf5 has open. Only `withH5File` makes one. */
export class H5File implements H5Structure {
  readonly file: ByteFile;
  private readonly h5: H5Module;
  private readonly id: bigint;
  private readonly sandbox: Sandbox;
  private readonly complaint: () => Error | undefined;
  /** Set when libhdf5 itself came down: memory out of bounds, an abort. */
  isBroken = false;

  constructor(
    file: ByteFile,
    h5: H5Module,
    id: bigint,
    sandbox: Sandbox,
    complaint: () => Error | undefined,
  ) {
    this.file = file;
    this.h5 = h5;
    this.id = id;
    this.sandbox = sandbox;
    this.complaint = complaint;
  }

  groups(): string[] {
    const names = this.guard("its groups", () => this.h5.get_names(this.id, "/", true));
    return names.map((name) => `/${name}`).filter((path) => this.h5.get_type(this.id, path) === GROUP);
  }

  isGroup(path: string): boolean {
    return this.typeOf(path) === GROUP;
  }

  hasDataset(path: string): boolean {
    return this.typeOf(path) === DATASET;
  }

  private typeOf(path: string): number {
    return this.guard(path, () => this.h5.get_type(this.id, path));
  }

  attribute(path: string, name: string): AttributeValue {
    return this.guard(`attribute ${name} of ${path}`, () => {
      if (!this.h5.get_attribute_names(this.id, path).includes(name)) return undefined;
      const info = this.h5.get_attribute_metadata(this.id, path, name);
      if (info.shape === null) return "";
      const size = info.size * info.total_size;
      if (info.vlen || !(size <= MOST_ATTRIBUTE_BYTES)) return undefined;
      const bytes = this.intoHeap(size, (at) => this.h5.get_attribute_data(this.id, path, name, at));
      return bytes && attributeValue(info, bytes);
    });
  }

  text(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === "string" ? value : undefined;
  }

  dataset(path: string): Dataset {
    return this.guard(`dataset ${path}`, () => {
      if (!this.hasDataset(path)) throw this.unfinished(path);
      const info = this.h5.get_dataset_metadata(this.id, path);
      if (info.shape === null) throw this.corrupt(`dataset ${path} has no shape`);
      const filters = this.h5.get_dataset_filters(this.id, path);
      const dataset = { ...info, path, shape: info.shape, filters };
      this.checkPlausible(dataset);
      const stored = this.stored(dataset);
      return stored ? { ...dataset, stored } : dataset;
    });
  }

  laterRows(dataset: Dataset): ReadingRows {
    const { file } = this;
    return (use) => withH5File(file, (h5file) => use((first, last) => h5file.rows(dataset, first, last)));
  }

  rows(dataset: Dataset, first: number, last: number): Uint8Array {
    const rest = dataset.shape.slice(1);
    const bytes = (last - first) * rest.reduce((a, b) => a * b, 1) * dataset.size;
    if (bytes === 0) return new Uint8Array(0);
    requireFilters(this.file.label, dataset);
    if (bytes > MOST_HEAP_BYTES) throw this.corrupt(`${dataset.path} would need ${bytes} bytes at once`);
    return this.guard(dataset.path, () => {
      const read = dataset.stored
        ? this.decodedRows(dataset, dataset.stored, first, last)
        : this.libraryRows(dataset, first, last, bytes);
      if (!read) throw this.corrupt(`rows ${first} to ${last} of ${dataset.path} cannot be decoded`);
      announceRead({ path: this.file.path, bytes });
      return read;
    });
  }

  object(dataset: Dataset): Uint8Array {
    const { path } = dataset;
    if (dataset.size !== 8 || dataset.total_size !== 1) throw this.corrupt(`${path} is not one object`);
    requireFilters(this.file.label, dataset);
    return this.guard(path, () => {
      // In the heap it is a length and a pointer to memory that libhdf5 allocated for us.
      const place = withinHeap(this.h5.HEAPU8.byteLength, 2 * this.file.size, () =>
        this.intoHeap(8, (at) => this.h5.get_dataset_data(this.id, path, [1n], [0n], [1n], at)),
      );
      if (!place) throw this.corrupt(`${path} cannot be read`);
      const view = new DataView(place.buffer, place.byteOffset);
      const [length, at] = [view.getUint32(0, true), view.getUint32(4, true)];
      if (length > this.file.size || at + length > this.h5.HEAPU8.byteLength || at === 0) {
        throw this.corrupt(`${path} claims an object of ${length} bytes`);
      }
      const bytes = this.h5.HEAPU8.slice(at, at + length);
      this.h5._free(at);
      announceRead({ path: this.file.path, bytes: length });
      return bytes;
    });
  }

  private decodedRows(
    dataset: Dataset,
    stored: readonly StoredChunk[],
    first: number,
    last: number,
  ): Uint8Array | undefined {
    const shape = { ...dataset, chunks: dataset.chunks!, stored };
    return this.file.session((read) => chunkRows(read, shape, first, last));
  }

  private libraryRows(dataset: Dataset, first: number, last: number, bytes: number): Uint8Array | undefined {
    const count = [last - first, ...dataset.shape.slice(1)].map(BigInt);
    const offset = dataset.shape.map((_, i) => (i === 0 ? BigInt(first) : 0n));
    const ones = dataset.shape.map(() => 1n);
    // libhdf5 holds a chunk as it is stored, and after each of two or three filters.
    const chunkBytes = dataset.chunks?.reduce((a, b) => a * b, dataset.size) ?? 0;
    return withinHeap(this.h5.HEAPU8.byteLength, bytes + 4 * chunkBytes, () =>
      this.intoHeap(bytes, (at) => this.h5.get_dataset_data(this.id, dataset.path, count, offset, ones, at)),
    );
  }

  extent(dataset: Dataset): Extent | undefined {
    const { shape, size } = dataset;
    const bytes = shape.reduce((a, b) => a * b, 1) * size;
    if (dataset.chunks !== null || bytes === 0 || (!dataset.littleEndian && size > 1)) return undefined;
    const { file } = this;
    const address = this.address(dataset.path);
    const extent = file.session((read) =>
      readSuperblock(read, file.size) ? contiguousExtent(read, address, file.size) : undefined,
    );
    if (extent?.bytes !== bytes) return undefined;
    // The first and the last row must be what libhdf5 reads.
    const rowBytes = bytes / shape[0]!;
    for (const row of [0, shape[0]! - 1]) {
      const theirs = this.rows(dataset, row, row + 1);
      const ours = new Uint8Array(rowBytes);
      file.session((read) => read(ours, extent.position + row * rowBytes));
      if (Buffer.compare(ours, theirs) !== 0) return undefined;
    }
    return extent;
  }

  /** Where a dataset's object header lies in the file. */
  address(path: string): number {
    const bytes = this.guard(path, () => Uint8Array.from(this.h5.create_object_reference(this.id, path)));
    return Number(new DataView(bytes.buffer).getBigUint64(0, true));
  }

  corrupt(found: string, cause?: unknown): DataServiceError {
    const { label } = this.file;
    return new DataServiceError(
      "corrupt",
      `${label}: ${found}; the file is damaged: copy or write it again`,
      { path: label },
      cause ?? this.complaint(),
    );
  }

  /** An error where an array is not there though all else says that it is: a key is left so where to_hdf fails. */
  private unfinished(path: string): DataServiceError {
    const { label } = this.file;
    const at = path.lastIndexOf("/");
    const [key, name] = [path.slice(1, at), path.slice(at + 1)];
    return new DataServiceError(
      "corrupt",
      `${label}: "${key}" has no ${name}: it is damaged, or writing it did not finish, as where to_hdf meets a type that it cannot store; write it again, without such a column or as Parquet`,
      { path: label, key },
    );
  }

  /** What `call` put into `bytes` of fresh heap, or undefined where it returned an error code. */
  private intoHeap(bytes: number, call: (at: bigint) => number): Uint8Array | undefined {
    const at = this.h5._malloc(Math.max(bytes, 8));
    if (at === 0) throw this.corrupt(`${bytes} bytes could not be allocated`);
    try {
      return call(BigInt(at)) < 0 ? undefined : this.h5.HEAPU8.slice(at, at + bytes);
    } finally {
      this.h5._free(at);
    }
  }

  /** Turns whatever libhdf5 throws (a name not there, an abort on damaged structures) into our error. */
  private guard<T>(what: string, call: () => T): T {
    this.sandbox.outside = undefined;
    let result: T;
    try {
      result = call();
    } catch (cause) {
      if (cause instanceof DataServiceError) throw cause;
      if (isWasmFailure(cause)) this.isBroken = true;
      if (isOurFault(cause)) throw unknownFailure(this.file, cause);
      throw this.elsewhere(what) ?? this.corrupt(`${what} cannot be read`, cause);
    }
    const elsewhere = this.elsewhere(what);
    if (elsewhere) throw elsewhere;
    return result;
  }

  /** An error where the last call led into another file. */
  private elsewhere(what: string): DataServiceError | undefined {
    const { outside } = this.sandbox;
    if (outside === undefined) return undefined;
    return this.outside(`${what} leads to another file, ${JSON.stringify(basename(outside))}`, what);
  }

  private outside(found: string, field: string): DataServiceError {
    const { label } = this.file;
    return new DataServiceError(
      "unsupported",
      `${label}: ${found}; only this one file is read: open the other one, or write the table again as one file`,
      { path: label, field },
    );
  }

  /**
   * Refuses data that is not all there, and finds chunks that libhdf5 does not decode. What has cells of no fixed
   * length lies elsewhere and is never read.
   */
  private stored(dataset: Dataset): readonly StoredChunk[] | undefined {
    const { file } = this;
    if (dataset.vlen || dataset.type === H5T.vlen) return undefined;
    const address = this.address(dataset.path);
    const { problem, isElsewhere, chunks } = file.session((read) =>
      readSuperblock(read, file.size) ? storedData(read, file.size, address, dataset) : {},
    );
    if (isElsewhere) throw this.outside(`${dataset.path} keeps its data in other files`, dataset.path);
    if (problem !== undefined) throw this.corrupt(`${dataset.path} ${problem}`);
    return chunks;
  }

  /**
   * Refuses shapes that the file cannot hold: contiguous data must fit into it; a chunk takes at least 8 bytes,
   * and no compressor we know goes beyond 1 : 20,000 over a whole dataset.
   */
  private checkPlausible(dataset: Dataset): void {
    const { shape, chunks, size, path } = dataset;
    const bytes = shape.reduce((a, b) => a * b, 1) * size;
    const most = chunks === null ? this.file.size : this.file.size * 20_000;
    const chunkCount = chunks?.reduce((a, b, i) => a * Math.ceil(shape[i]! / b), 1) ?? 1;
    const chunkBytes = chunks?.reduce((a, b) => a * b, size) ?? 0;
    if (bytes <= most && chunkCount * 8 <= this.file.size && chunkBytes <= MOST_HEAP_BYTES) return;
    throw this.corrupt(
      `${path} claims ${shape.join(" x ")} cells of ${size} bytes, more than a file of ${this.file.size} bytes can hold`,
    );
  }
}

/**
 * Opens the file in libhdf5 for `use`, and closes it whatever happens.
 * @throws DataServiceError changed, corrupt, and what `use` throws
 */
export function withH5File<T>(file: ByteFile, use: (h5file: H5File) => T): T {
  file.check();
  const h5 = loadedH5();
  const sandbox = new Sandbox(h5.FS, pluginFolder());
  const within = <R>(call: () => R) =>
    sandbox.around(file.path, () => withinHeap(h5.HEAPU8.byteLength, 0, call));
  return quietly(h5, (complaint) =>
    within(() => {
      let id = -1n;
      try {
        id = h5.open(file.path, 0, false, -1, -1);
      } catch (cause) {
        abandon(h5);
        throw isOurFault(cause) ? unknownFailure(file, cause) : notReadable(file, cause);
      }
      if (id < 0n) throw notReadable(file, complaint());
      const h5file = new H5File(file, h5, id, sandbox, complaint);
      try {
        const result = use(h5file);
        file.check();
        return result;
      } catch (error) {
        file.check(); // what is met in another file is no damage of this one
        throw error;
      } finally {
        if (h5file.isBroken) abandon(h5);
        else h5.close_file(id);
      }
    }),
  );
}

function notReadable(file: ByteFile, cause: unknown): DataServiceError {
  return new DataServiceError(
    "corrupt",
    `${file.label}: an HDF5 file that cannot be opened; it is damaged: copy or write it again`,
    { path: file.label },
    cause,
  );
}

/** Whether an error tells of the program, not of the file: a call that is not there, an argument of another type. */
function isOurFault(cause: unknown): cause is Error {
  return cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof SyntaxError;
}

function unknownFailure(file: ByteFile, cause: Error): DataServiceError {
  const problem = `${file.label}: h5wasm failed in a way that is not known here: ${cause.message}; the file may be whole: check that one h5wasm is installed (npm ls h5wasm)`;
  return new DataServiceError("read-failed", problem, { path: file.label }, cause);
}
