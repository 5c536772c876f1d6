import type { ReadInto } from "../byte-file.js";
import { headerMessages } from "./object-header.js";

/** What is to be checked of a dataset. */
export interface StoredShape {
  readonly shape: readonly number[];
  /** Bytes of a cell. */
  readonly size: number;
  readonly chunks: readonly number[] | null;
  readonly filters: readonly unknown[];
}

const MESSAGE_LAYOUT = 8;
const CONTIGUOUS = 1;
const CHUNKED = 2;
/** Most that one stored byte can stand for: a zstd block of 128 KiB takes 4. */
const MOST_BYTES_OF_ONE = 1 << 15;
/** What a codec's own headers may take off a tiny chunk. */
const HEADER_BYTES = 64;

/**
 * What is wrong with the data that the dataset at `address` says it has stored; undefined where nothing is, or
 * where it is stored in a way that pandas does not use. libhdf5 gives zeros for a chunk that its index lacks and
 * memory that it never wrote for a chunk or an extent that is too short, so that neither can be left to it.
 * Source: "HDF5 File Format Specification Version 3.0", IV.A.2.i data layout message, III.A.1 version 1 B-trees.
 */
export function storageProblem(
  read: ReadInto,
  fileSize: number,
  address: number,
  dataset: StoredShape,
): string | undefined {
  const bytes = dataset.shape.reduce((a, b) => a * b, 1) * dataset.size;
  if (bytes === 0) return undefined;
  const layouts = headerMessages(read, address, fileSize)?.filter(({ type }) => type === MESSAGE_LAYOUT);
  const body = layouts?.length === 1 ? layouts[0]!.body : undefined;
  if (!body || body.byteLength < 18 || body.getUint8(0) !== 3) return undefined;
  const layoutClass = body.getUint8(1);
  if (layoutClass === CONTIGUOUS) {
    const [first, stored] = [uint64(body, 2), uint64(body, 10)];
    if (first + stored > fileSize) return "lies beyond the end of the file, or in another one";
    return stored === bytes ? undefined : `has ${stored} of its ${bytes} bytes`;
  }
  if (layoutClass !== CHUNKED || !dataset.chunks) return undefined;
  return new ChunkTree(read, fileSize, dataset, dataset.chunks).problem(uint64(body, 3));
}

/** The index of a dataset's chunks: a version 1 B-tree, each key being a chunk's stored size and place. */
class ChunkTree {
  readonly #read: ReadInto;
  readonly #fileSize: number;
  readonly #dataset: StoredShape;
  readonly #chunks: readonly number[];
  /** How many chunks there should be along each dimension, and in all. */
  readonly #grid: readonly number[];
  readonly #count: number;
  readonly #chunkBytes: number;
  readonly #seen: Uint8Array;
  #found = 0;

  constructor(read: ReadInto, fileSize: number, dataset: StoredShape, chunks: readonly number[]) {
    this.#read = read;
    this.#fileSize = fileSize;
    this.#dataset = dataset;
    this.#chunks = chunks;
    this.#grid = dataset.shape.map((n, d) => Math.ceil(n / chunks[d]!));
    this.#count = this.#grid.reduce((a, b) => a * b, 1);
    this.#chunkBytes = chunks.reduce((a, b) => a * b, dataset.size);
    this.#seen = new Uint8Array(this.#count);
  }

  problem(root: number): string | undefined {
    const wrong = this.#node(root, undefined);
    if (wrong !== undefined || this.#found === this.#count) return wrong;
    return `lacks ${this.#count - this.#found} of its ${this.#count} chunks`;
  }

  /** A child lies one level below its parent, which bounds the depth; seen chunks bound the rest. */
  #node(at: number, level: number | undefined): string | undefined {
    const head = this.#at(at, 24);
    const isNode = head?.getUint32(0, true) === 0x45455254 && head.getUint8(4) === 1; // "TREE"
    if (!isNode || (level !== undefined && head.getUint8(5) !== level))
      return "has a damaged index of chunks";
    const [own, entries] = [head.getUint8(5), head.getUint16(6, true)];
    const keyBytes = 8 + 8 * (this.#chunks.length + 1);
    const body = this.#at(at + 24, entries * (keyBytes + 8));
    if (!body || entries === 0) return "has a damaged index of chunks";
    for (let i = 0; i < entries; i++) {
      const key = i * (keyBytes + 8);
      const child = uint64(body, key + keyBytes);
      const wrong = own > 0 ? this.#node(child, own - 1) : this.#chunk(body, key, child);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #chunk(body: DataView, key: number, child: number): string | undefined {
    const [stored, skipped] = [body.getUint32(key, true), body.getUint32(key + 4, true)];
    let place = 0;
    for (const [d, length] of this.#chunks.entries()) {
      const offset = uint64(body, key + 8 + 8 * d);
      if (offset % length !== 0 || offset >= this.#dataset.shape[d]!) {
        // Chunks of rows that were removed may stay behind the end.
        return offset % length === 0 ? undefined : "has a damaged index of chunks";
      }
      place = place * this.#grid[d]! + offset / length;
    }
    if (this.#seen[place] === 1) return "has a damaged index of chunks";
    this.#seen[place] = 1;
    this.#found++;
    if (child + stored > this.#fileSize) return "has a chunk beyond the end of the file";
    const filters = this.#dataset.filters.length;
    const isPlain = filters === 0 || (skipped & (2 ** filters - 1)) === 2 ** filters - 1;
    const fits = isPlain
      ? stored === this.#chunkBytes
      : this.#chunkBytes <= (stored + HEADER_BYTES) * MOST_BYTES_OF_ONE;
    return fits ? undefined : `has a chunk of ${stored} bytes that should hold ${this.#chunkBytes}`;
  }

  #at(position: number, bytes: number): DataView | undefined {
    if (!(position + bytes <= this.#fileSize)) return undefined;
    const into = new Uint8Array(bytes);
    this.#read(into, position);
    return new DataView(into.buffer);
  }
}

/** Addresses and sizes beyond 2^53 are absurd ones, so that it does not matter that they are rounded. */
function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
