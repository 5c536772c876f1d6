import type { ReadInto } from "../../../files/byte-file.js";
import { bunzip2 } from "./bzip2.js";

/** Where a chunk lies in the file, and which filters it was not put through: bit i for the filter i. */
export interface StoredChunk {
  readonly position: number;
  readonly stored: number;
  readonly skipped: number;
}

/** A dataset of one or two dimensions. */
export interface ChunkedShape {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  /** Bytes of a cell. */
  readonly size: number;
  /** In the order in which they were applied. */
  readonly filters: readonly { readonly id: number }[];
  /** Its chunks, row after row. */
  readonly stored: readonly StoredChunk[];
}

export const SHUFFLE = 2;
export const FLETCHER32 = 3;
export const BZIP2 = 307;

/** Whether `chunkRows` decodes a dataset of these dimensions and filters. */
export function isDecodedHere(
  shape: readonly number[],
  filters: readonly { readonly id: number }[],
): boolean {
  const known = filters.every(({ id }) => id === SHUFFLE || id === FLETCHER32 || id === BZIP2);
  return known && shape.length <= 2;
}

/** The bytes of the rows [first, last); undefined where a chunk cannot be decoded to its full size. */
export function chunkRows(
  read: ReadInto,
  dataset: ChunkedShape,
  first: number,
  last: number,
): Uint8Array | undefined {
  const { size, stored } = dataset;
  const [, cells = 1] = dataset.shape;
  const [height, width = 1] = dataset.chunks as readonly [number, number?];
  const across = Math.ceil(cells / width);
  const rows = new Uint8Array((last - first) * cells * size);
  const end = Math.ceil(last / height) * across;
  for (let number = Math.floor(first / height) * across; number < end; number++) {
    const chunk = decoded(read, dataset, stored[number]!, height * width * size);
    if (!chunk) return undefined;
    const top = Math.floor(number / across) * height;
    const left = (number % across) * width;
    const [from, to] = [Math.max(top, first), Math.min(top + height, last)];
    // Rows of a chunk that has them whole lie together; otherwise each is a piece of a row.
    const [step, run] =
      width === cells ? [to - from, (to - from) * width] : [1, Math.min(width, cells - left)];
    for (let row = from; row < to; row += step) {
      const at = (row - top) * width * size;
      rows.set(chunk.subarray(at, at + run * size), ((row - first) * cells + left) * size);
    }
  }
  return rows;
}

/** A chunk through its filters, in reverse; undefined where it is damaged or has not `bytes` bytes in the end. */
function decoded(
  read: ReadInto,
  { filters, size }: ChunkedShape,
  { position, stored, skipped }: StoredChunk,
  bytes: number,
): Uint8Array | undefined {
  let chunk: Uint8Array | undefined = new Uint8Array(stored);
  read(chunk, position);
  const applied = filters.filter((_, i) => ((skipped >>> i) & 1) === 0).map(({ id }) => id);
  // Every checksum that was applied before a compressor was compressed along.
  for (let i = applied.length - 1; i >= 0 && chunk; i--) {
    const sums = applied.slice(0, i).filter((id) => id === FLETCHER32).length;
    if (applied[i] === BZIP2) chunk = bunzip2(chunk, bytes + 4 * sums);
    else if (applied[i] === SHUFFLE) chunk = unshuffled(chunk, size);
    else chunk = verified(chunk);
  }
  return chunk?.length === bytes ? chunk : undefined;
}

/** Puts the first bytes of all cells, then their second ones, ... back together; what is no whole cell lies behind. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  const cells = Math.floor(bytes.length / size);
  const out = bytes.slice();
  for (let b = 0, from = 0; b < size; b++) {
    for (let at = b, end = cells * size; at < end; at += size) out[at] = bytes[from++]!;
  }
  return out;
}

/** The bytes in front of a checksum that is right. Source: H5checksum.c `H5_checksum_fletcher32`. */
function verified(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 4) return undefined;
  const body = bytes.subarray(0, -4);
  let [low, high] = [0, 0];
  for (let i = 0; i < body.length; i += 2) {
    low = (low + (body[i]! << 8) + (body[i + 1] ?? 0)) % 0xffff;
    high = (high + low) % 0xffff;
  }
  const told = new DataView(bytes.buffer, bytes.byteOffset + body.length, 4);
  // libhdf5 keeps 0xffff where a sum is that, which is 0 here.
  return told.getUint16(0, true) % 0xffff === low && told.getUint16(2, true) % 0xffff === high
    ? body
    : undefined;
}
