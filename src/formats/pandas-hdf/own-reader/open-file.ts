import type { ByteFile } from "../../../files/byte-file.js";
import { attributeValue } from "../attribute-value.js";
import type { AttributeValue, Dataset, H5Structure, ReadingRows } from "../h5-structure.js";
import type { Extent } from "../object-header.js";
import { StructureBytes } from "./bytes.js";
import { mustHold, NotPlain } from "./needs-library.js";
import { type PlainObject, readObject } from "./object.js";
import { type PlainSuperblock, readPlainSuperblock } from "./superblock.js";

/** What may be read at once: libhdf5 has the same limit, and says so. */
const MOST_ROW_BYTES = 1 << 29;

/**
 * A plain HDF5 file: numbers and texts of fixed length that lie in it as they are, and groups of them. It is read
 * without libhdf5, which takes longer to load than the rest of opening such a file. Only what is asked for is
 * looked at, and that wholly; whatever is not as pandas has it written throws NotPlain.
 */
export class PlainFile implements H5Structure {
  readonly file: ByteFile;
  readonly #bytes: StructureBytes;
  readonly #superblock: PlainSuperblock;
  readonly #objects = new Map<number, PlainObject>();

  constructor(file: ByteFile, bytes: StructureBytes) {
    this.file = file;
    this.#bytes = bytes;
    this.#superblock = readPlainSuperblock(bytes);
  }

  /** Asked for in an error alone, which libhdf5 may tell. */
  groups(): string[] {
    throw new NotPlain("all groups are asked for");
  }

  isGroup(path: string): boolean {
    return this.#find(path)?.links !== undefined;
  }

  hasDataset(path: string): boolean {
    return this.#find(path)?.data !== undefined;
  }

  attribute(path: string, name: string): AttributeValue {
    const found = this.#find(path);
    mustHold(found !== undefined, `there is no ${path}`);
    const stored = found.attributes.get(name);
    if (stored === undefined) return undefined;
    return stored.info.shape === null ? "" : attributeValue(stored.info, stored.bytes);
  }

  text(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === "string" ? value : undefined;
  }

  dataset(path: string): Dataset {
    return { ...this.#data(path).info, path };
  }

  rows({ path, shape, total_size: cells, size }: Dataset, first: number, last: number): Uint8Array {
    const rowBytes = (cells / shape[0]!) * size;
    const { position } = this.#data(path).extent;
    mustHold((last - first) * rowBytes <= MOST_ROW_BYTES, "an index level that is too large");
    const bytes = this.#bytes.look(position + first * rowBytes, (last - first) * rowBytes);
    return new Uint8Array(bytes); // a copy, which begins at offset 0
  }

  laterRows(): ReadingRows {
    throw new NotPlain("rows are to be decoded");
  }

  object(): Uint8Array {
    throw new NotPlain("an object is asked for");
  }

  extent({ path }: Dataset): Extent {
    return this.#data(path).extent;
  }

  corrupt(found: string): NotPlain {
    return new NotPlain(found);
  }

  #data(path: string): NonNullable<PlainObject["data"]> {
    const data = this.#find(path)?.data;
    mustHold(data !== undefined, `there is no dataset ${path}`);
    return data;
  }

  /** The group or dataset at a path; undefined where its parent has none of that name. */
  #find(path: string): PlainObject | undefined {
    let found: PlainObject | undefined = this.#object(this.#superblock.root);
    for (const name of path.split("/").slice(1)) {
      mustHold(name !== "" && name !== "." && found !== undefined, "a path that is not a plain one");
      mustHold(found.links !== undefined, "a path leads through a dataset");
      const address: number | undefined = found.links.get(name);
      found = address === undefined ? undefined : this.#object(address);
    }
    return found;
  }

  #object(address: number): PlainObject {
    const known = this.#objects.get(address);
    if (known) return known;
    const read = readObject(this.#bytes, this.#superblock, address);
    this.#objects.set(address, read);
    return read;
  }
}

/**
 * Opens the file for `use` without libhdf5.
 * @throws NotPlain where that cannot be done; DataServiceError changed, corrupt, and what `use` throws
 */
export function withPlainFile<T>(file: ByteFile, use: (plain: PlainFile) => T): T {
  return file.session((read) => {
    const result = use(new PlainFile(file, new StructureBytes(read, file.size)));
    file.check();
    return result;
  });
}
