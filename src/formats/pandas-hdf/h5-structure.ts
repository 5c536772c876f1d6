import type { ByteFile } from "../../files/byte-file.js";
import type { H5FilterInfo, H5SpaceInfo } from "./h5-types.js";
import type { StoredChunk } from "./library/chunk-rows.js";
import type { Extent } from "./object-header.js";

export interface Dataset extends H5SpaceInfo {
  readonly path: string;
  readonly shape: readonly number[];
  readonly filters: readonly H5FilterInfo[];
  /** Its chunks, row after row, where libhdf5 does not decode them. */
  readonly stored?: readonly StoredChunk[];
}

/** An attribute's value as PyTables means it; `null` is a pickled None, undefined an attribute that is not there. */
export type AttributeValue = unknown;

/** Opens a file for the reads of `use`, and closes it whatever happens. */
export type ReadingRows = <T>(use: (read: (first: number, last: number) => Uint8Array) => T) => T;

/**
 * An open HDF5 file, as the reader of a pandas layout asks it: by libhdf5 (`H5File`), or read from plain files
 * without it (`PlainFile`). Paths are absolute, such as `/data/axis0`.
 */
export interface H5Structure {
  readonly file: ByteFile;
  /** Every group below the root, as `/data` or `/a/b`. */
  groups(): string[];
  isGroup(path: string): boolean;
  hasDataset(path: string): boolean;
  attribute(path: string, name: string): AttributeValue;
  /** An attribute that is text, or undefined. */
  text(path: string, name: string): string | undefined;
  dataset(path: string): Dataset;
  /** The bytes of the rows [first, last) of a dataset, as they are stored once decompressed, in a buffer of their own. */
  rows(dataset: Dataset, first: number, last: number): Uint8Array;
  /** The same for later, when this file is closed: each call opens it for the reads of `use`. */
  laterRows(dataset: Dataset): ReadingRows;
  /** The bytes of the one object in a dataset of variable length, as PyTables stores a pickle. */
  object(dataset: Dataset): Uint8Array;
  /** Where a dataset's bytes lie in the file; undefined where they do not lie there as they are. */
  extent(dataset: Dataset): Extent | undefined;
  /** What to throw where the file does not hold what it should. */
  corrupt(found: string): Error;
}
