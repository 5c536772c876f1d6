import type { ReadInto } from "../../../files/byte-file.js";
import { MESSAGE } from "../h5-format.js";
import { headerMessages, readAt } from "../object-header.js";
import { uint64 } from "../uint64.js";
import { BZIP2, FLETCHER32, SHUFFLE, type StoredChunk } from "./chunk-rows.js";

/** What is to be checked of a dataset. */
export interface StoredShape {
  readonly shape: readonly number[];
  /** Bytes of a cell. */
  readonly size: number;
  readonly chunks: readonly number[] | null;
  readonly filters: readonly { readonly id: number }[];
}

const CONTIGUOUS = 1;
const CHUNKED = 2;
const VIRTUAL = 3;
/**
 * Most that one stored byte can stand for, by filter: 258 bytes take deflate 2 bits, a bzip2 block of
 * 45 MB of zeros about 45 bytes, a scale-offset chunk of one value nothing at all.
 */
const MOST_BYTES_OF_ONE: Readonly<Record<number, number>> = {
  1: 1032,
  2: 1,
  3: 1,
  5: Number.POSITIVE_INFINITY,
  6: Number.POSITIVE_INFINITY,
  307: 1 << 20,
};
/** Of every other filter: a zstd block of 128 KiB takes 4 bytes. */
const MOST_BYTES_OF_OTHERS = 1 << 15;
/** What a codec's own headers may take off a tiny chunk. */
const HEADER_BYTES = 64;

/** What is known of the data of a dataset: nothing where it is stored in a way that pandas does not use. */
export interface StoredData {
  /** What is wrong with it. */
  readonly problem?: string | undefined;
  /** Whether it lies in other files: external storage, or a virtual dataset. */
  readonly isElsewhere?: boolean;
  /** Where its chunks are, row after row: for those that libhdf5 does not decode. */
  readonly chunks?: readonly StoredChunk[];
}

/**
 * Looks at the data that the dataset at `address` says it has stored. libhdf5 gives zeros for a chunk that its index lacks and
 * memory that it never wrote for a chunk or an extent that is too short, so that neither can be left to it.
 * Source: "HDF5 File Format Specification Version 3.0", IV.A.2.i data layout message, III.A.1 version 1 B-trees.
 */
export function storedData(
  read: ReadInto,
  fileSize: number,
  address: number,
  dataset: StoredShape,
): StoredData {
  const bytes = dataset.shape.reduce((a, b) => a * b, 1) * dataset.size;
  if (bytes === 0) return {};
  const messages = headerMessages(read, address, fileSize) ?? [];
  const layouts = messages.filter(({ type }) => type === MESSAGE.layout);
  const body = layouts.length === 1 ? layouts[0]!.body : undefined;
  const [version, layoutClass] = body && body.byteLength >= 2 ? [body.getUint8(0), body.getUint8(1)] : [0, 0];
  const isVirtual = version >= 4 && layoutClass === VIRTUAL;
  if (isVirtual || messages.some(({ type }) => type === MESSAGE.external)) return { isElsewhere: true };
  if (!body || body.byteLength < 18 || version !== 3) return {};
  if (layoutClass === CONTIGUOUS) {
    const [first, stored] = [uint64(body, 2), uint64(body, 10)];
    if (first + stored > fileSize) return { problem: "lies beyond the end of the file, or in another one" };
    return stored === bytes ? {} : { problem: `has ${stored} bytes stored where its shape needs ${bytes}` };
  }
  if (layoutClass !== CHUNKED || !dataset.chunks) return {};
  const tree = new ChunkTree(read, fileSize, dataset, dataset.chunks);
  const problem = tree.problem(uint64(body, 3));
  return problem === undefined && tree.chunks ? { chunks: tree.chunks } : { problem };
}

/** Where a chunk begins: its first cell along each dimension, then the byte within a cell, which is 0. */
type Place = readonly number[];

function compare(a: Place, b: Place): number {
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return a[d]! - b[d]!;
  return 0;
}

const DAMAGED_INDEX = "has a damaged index of chunks";

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
  readonly #mostBytesOfOne: number;
  readonly #seen: Uint8Array;
  /** By number; kept for bzip2 alone. */
  readonly chunks: StoredChunk[] | undefined;
  #found = 0;

  constructor(read: ReadInto, fileSize: number, dataset: StoredShape, chunks: readonly number[]) {
    this.#read = read;
    this.#fileSize = fileSize;
    this.#dataset = dataset;
    this.#chunks = chunks;
    this.#grid = dataset.shape.map((n, d) => Math.ceil(n / chunks[d]!));
    this.#count = this.#grid.reduce((a, b) => a * b, 1);
    this.#chunkBytes = chunks.reduce((a, b) => a * b, dataset.size);
    this.#mostBytesOfOne = Math.max(
      1,
      ...dataset.filters.map(({ id }) => MOST_BYTES_OF_ONE[id] ?? MOST_BYTES_OF_OTHERS),
    );
    this.#seen = new Uint8Array(this.#count);
    this.chunks = dataset.filters.some(({ id }) => id === BZIP2) ? [] : undefined;
  }

  problem(root: number): string | undefined {
    const wrong = this.#node(root, undefined, []);
    if (wrong !== undefined || this.#found === this.#count) return wrong;
    return `lacks ${this.#count - this.#found} of its ${this.#count} chunks`;
  }

  /**
   * Checks a node whose chunks lie at or after `low` and before `high`, where these are given: libhdf5 finds a
   * chunk by the keys on the way to it. A child lies one level below its parent, which bounds the depth.
   */
  #node(at: number, level: number | undefined, [low, high]: readonly Place[]): string | undefined {
    const head = this.#at(at, 24);
    const isNode = head?.getUint32(0, true) === 0x45455254 && head.getUint8(4) === 1; // "TREE"
    if (!isNode || (level !== undefined && head.getUint8(5) !== level)) return DAMAGED_INDEX;
    const [own, entries] = [head.getUint8(5), head.getUint16(6, true)];
    const dimensions = this.#chunks.length + 1; // the last one counts bytes within a cell
    const [keyBytes, stride] = [8 + 8 * dimensions, 16 + 8 * dimensions];
    const body = this.#at(at + 24, entries * stride + keyBytes);
    if (!body || entries === 0) return DAMAGED_INDEX;
    const places = Array.from({ length: entries + 1 }, (_, i) =>
      Array.from({ length: dimensions }, (_, d) => uint64(body, i * stride + 8 + 8 * d)),
    );
    for (let i = 0; i < entries; i++) {
      const [place, next] = [places[i]!, places[i + 1]!];
      const child = uint64(body, i * stride + keyBytes);
      const isOutside = (low && compare(place, low) < 0) || (high && compare(place, high) >= 0);
      if (isOutside || compare(place, next) >= 0) return DAMAGED_INDEX;
      const wrong =
        own > 0
          ? this.#node(child, own - 1, [place, high && compare(high, next) < 0 ? high : next])
          : this.#chunk(place, body.getUint32(i * stride, true), body.getUint32(i * stride + 4, true), child);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #chunk(place: Place, stored: number, skipped: number, position: number): string | undefined {
    const { shape, filters } = this.#dataset;
    let number = 0;
    for (const [d, length] of this.#chunks.entries()) {
      if (place[d]! % length !== 0) return DAMAGED_INDEX;
      if (place[d]! >= shape[d]!) return undefined; // chunks of rows that were removed may stay behind the end
      number = number * this.#grid[d]! + place[d]! / length;
    }
    if (place.at(-1) !== 0 || this.#seen[number] === 1) return DAMAGED_INDEX;
    this.#seen[number] = 1;
    this.#found++;
    if (position + stored > this.#fileSize) return "has a chunk beyond the end of the file";
    if (this.chunks) this.chunks[number] = { position, stored, skipped };
    const applied = filters.filter((_, i) => ((skipped >>> i) & 1) === 0);
    const checksums = applied.filter(({ id }) => id === FLETCHER32).length;
    const isPlain = applied.every(({ id }) => id === FLETCHER32 || id === SHUFFLE);
    const fits = isPlain
      ? stored === this.#chunkBytes + 4 * checksums
      : this.#chunkBytes <= (stored + HEADER_BYTES) * this.#mostBytesOfOne;
    return fits ? undefined : `has a chunk of ${stored} bytes that should hold ${this.#chunkBytes}`;
  }

  #at(position: number, bytes: number): DataView | undefined {
    return readAt(this.#read, position, bytes, this.#fileSize);
  }
}
