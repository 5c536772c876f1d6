import { closeSync, openSync } from "node:fs";
import { DataServiceError } from "../../../errors.js";
import { ByteFile } from "../../../files/byte-file.js";
import { writeWhole } from "../../../files/whole-bytes.js";
import { MESSAGE } from "../h5-format.js";
import { H5T } from "../h5-types.js";
import { type H5Creation, type H5Module, quietly } from "../library/h5-library.js";
import { contiguousExtent, type Extent, headerMessages } from "../object-header.js";

/** The plain types that datasets and attributes are made of. */
export const TYPES = {
  int8: { type: H5T.integer, size: 1, signed: true },
  int16: { type: H5T.integer, size: 2, signed: true },
  int32: { type: H5T.integer, size: 4, signed: true },
  int64: { type: H5T.integer, size: 8, signed: true },
  uint8: { type: H5T.integer, size: 1, signed: false },
  uint16: { type: H5T.integer, size: 2, signed: false },
  uint32: { type: H5T.integer, size: 4, signed: false },
  uint64: { type: H5T.integer, size: 8, signed: false },
  float32: { type: H5T.float, size: 4, signed: true },
  float64: { type: H5T.float, size: 8, signed: true },
} as const;

export interface H5PlainType {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
}

/** Builds the structure of a new HDF5 file. Only `createH5File` makes one. */
export class H5Writer {
  private readonly h5: H5Module;
  private readonly id: bigint;
  private readonly fail: (what: string) => DataServiceError;
  /** The datasets to be filled after the file is closed. */
  readonly reserved: string[] = [];

  constructor(h5: H5Module, id: bigint, fail: (what: string) => DataServiceError) {
    this.h5 = h5;
    this.id = id;
    this.fail = fail;
  }

  group(path: string): void {
    if (this.h5.create_group(this.id, path, false) < 0) throw this.fail(`group ${path}`);
  }

  /** A text, a whole number, or a list of whole numbers (stored as an int64 array). */
  attribute(path: string, name: string, value: string | number | readonly number[]): void {
    const isText = typeof value === "string";
    const numbers = isText ? [] : typeof value === "number" ? [value] : value;
    const bytes = isText
      ? new TextEncoder().encode(value)
      : new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    const type = isText ? { type: H5T.string, size: bytes.byteLength, signed: false } : TYPES.int64;
    const shape = typeof value === "object" ? [BigInt(value.length)] : [];
    const made = this.inHeap(bytes, (at) =>
      this.h5.create_attribute(this.id, path, name, at, creation(type, shape)),
    );
    if (made < 0) throw this.fail(`attribute ${name} of ${path}`);
  }

  /** A small dataset with its values. */
  dataset(path: string, type: H5PlainType, shape: readonly number[], bytes: Uint8Array): void {
    const dims = shape.map(BigInt);
    const made = this.inHeap(bytes, (at) => this.h5.create_dataset(this.id, path, at, creation(type, dims)));
    if (made < 0) throw this.fail(`dataset ${path}`);
  }

  /** Room in the file for a dataset whose values come later, past the wasm heap. */
  reserve(path: string, type: H5PlainType, shape: readonly number[]): void {
    const dims = shape.map(BigInt);
    // Without values to write this reports a failure, but leaves the dataset there; writing its first row
    // then makes libhdf5 give it its place in the file.
    this.h5.create_dataset(this.id, path, 0n, creation(type, dims));
    const row = [1n, ...dims.slice(1)];
    const rowBytes = shape.slice(1).reduce((a, b) => a * b, type.size);
    const written = this.inHeap(new Uint8Array(rowBytes), (at) =>
      this.h5.set_dataset_data(
        this.id,
        path,
        row,
        dims.map(() => 0n),
        dims.map(() => 1n),
        at,
      ),
    );
    if (written < 0) throw this.fail(`dataset ${path}`);
    this.reserved.push(path);
  }

  /** Where a dataset's object header lies. */
  address(path: string): number {
    const bytes = Uint8Array.from(this.h5.create_object_reference(this.id, path));
    return Number(new DataView(bytes.buffer).getBigUint64(0, true));
  }

  private inHeap<T>(bytes: Uint8Array, call: (at: bigint) => T): T {
    const at = this.h5._malloc(Math.max(bytes.byteLength, 8));
    if (at === 0) throw this.fail(`${bytes.byteLength} bytes of memory`);
    try {
      this.h5.HEAPU8.set(bytes, at);
      return call(BigInt(at));
    } finally {
      this.h5._free(at);
    }
  }
}

function creation(type: H5PlainType, shape: readonly bigint[]): H5Creation {
  return { ...type, littleEndian: true, vlen: false, shape, maxshape: shape, chunks: null };
}

/** The dataset's type and place, to be filled in the closed file. */
export interface Reserved extends Extent {
  /** Where the first byte of its datatype message lies. */
  readonly typePosition: number;
}

/**
 * Creates the file, lets `build` lay out its structure, and tells where the reserved datasets lie. The oldest
 * layout is used, which every HDF5 library reads and whose headers carry no checksums.
 * @throws DataServiceError write-failed
 */
export function createH5File(
  h5: H5Module,
  path: string,
  build: (writer: H5Writer) => void,
): ReadonlyMap<string, Reserved> {
  const addresses = quietly(h5, (complaint) => {
    const fail = (what: string) => {
      const said = complaint();
      const reason = /error message = '([^']+)'/.exec(said?.message ?? "")?.[1]; // the system's, in libhdf5's words
      const message = `${path}: ${what} could not be written${reason === undefined ? "" : `: ${reason}`}`;
      return new DataServiceError("write-failed", message, { path }, said);
    };
    const id = h5.open(path, h5.H5F_ACC_TRUNC, false, h5.H5F_LIBVER_EARLIEST, h5.H5F_LIBVER_LATEST);
    if (id < 0n) throw fail("the file");
    let closed = -1;
    let found: Map<string, number>;
    try {
      const writer = new H5Writer(h5, id, fail);
      build(writer);
      found = new Map(writer.reserved.map((name) => [name, writer.address(name)]));
    } finally {
      closed = h5.close_file(id);
    }
    if (closed < 0) throw fail("the file");
    return found;
  });
  const file = ByteFile.of(path);
  return file.session((read) => {
    const places = new Map<string, Reserved>();
    for (const [name, address] of addresses) {
      const extent = contiguousExtent(read, address, file.size);
      const type = headerMessages(read, address, file.size)?.find(
        (message) => message.type === MESSAGE.datatype,
      );
      if (!extent || !type) {
        throw new DataServiceError("write-failed", `${path}: ${name} has no place in the new file`, { path });
      }
      places.set(name, { ...extent, typePosition: type.position });
    }
    return places;
  });
}

/** Opens a file for writing into its places, and closes it whatever happens. */
export async function fillFile(
  path: string,
  use: (write: (bytes: Uint8Array, position: number) => void) => Promise<void>,
): Promise<void> {
  const fd = openSync(path, "r+");
  try {
    await use((bytes, position) => writeWhole(fd, bytes, position));
  } finally {
    closeSync(fd);
  }
}
