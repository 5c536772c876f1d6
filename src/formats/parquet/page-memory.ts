import { instantiate, type SimdMemory } from "../../simd/load.js";

/** The loops of simd/assembly/parquet.ts. */
interface PageLoops {
  readonly memory: SimdMemory;
  snappy(from: number, end: number, out: number, length: number): number;
  lz4(from: number, end: number, out: number, length: number): number;
  hybrid(from: number, end: number, width: number, count: number, out: number): number;
  levels(from: number, end: number, count: number, out: number): number;
  delta32(from: number, end: number, count: number, out: number): number;
  delta64(from: number, end: number, count: number, out: number): number;
  bits(from: number, count: number, out: number): void;
  splitStreams(from: number, count: number, width: number, out: number): void;
  textEnds(from: number, end: number, count: number, starts: number, ends: number): number;
  take16(codes: number, count: number, cells: number, size: number, out: number): number;
  take32(codes: number, count: number, cells: number, size: number, out: number): number;
  take64(codes: number, count: number, cells: number, size: number, out: number): number;
  spread8(cells: number, present: number, rows: number, missing: number, out: number): void;
  spread16(cells: number, present: number, rows: number, missing: number, out: number): void;
  spread32(cells: number, present: number, rows: number, missing: number, out: number): void;
  spread64(cells: number, present: number, rows: number, missing: bigint, out: number): void;
  scale64(cells: number, count: number, by: bigint): number;
}

/** What is there at least: pages have up to 1 MB and 20,000 rows where pyarrow writes them. */
const LEAST_BYTES = 4 << 20;
/** A memory that is larger is let go of when a file has been read. */
const KEPT_BYTES = 64 << 20;
/** Loops may read, and copies write, so many bytes past the end of what they work on. */
const SLACK = 32;

let shared: PageLoops | undefined;

/**
 * The memory in which a page is decompressed and decoded, and the loops that do it. It is one for all files; a page takes
 * it from its beginning on, and what the page before left there is gone.
 */
export class PageMemory {
  readonly loops: PageLoops;
  readonly #buffer: ArrayBuffer;
  #used = SLACK; // an address of 0 stands for a fault

  /** @param bytes what the page takes together at most, but for small change */
  constructor(bytes: number) {
    const wanted = Math.max(bytes + LEAST_BYTES / 4, LEAST_BYTES);
    if (!shared || shared.memory.buffer.byteLength < wanted) {
      shared = undefined; // before the next one is made
      shared = instantiate<PageLoops>("parquet", wanted);
    }
    this.loops = shared;
    this.#buffer = shared.memory.buffer;
  }

  /** Room for so many bytes: its address, a multiple of 16. */
  room(bytes: number): number {
    const at = this.#used;
    this.#used = (at + bytes + SLACK + 15) & ~15;
    if (this.#used > this.#buffer.byteLength) throw new RangeError(`a page took ${this.#used} bytes`);
    return at;
  }

  /** The address of some bytes, which are copied unless they lie here already. */
  put(bytes: ArrayBufferView): number {
    if (bytes.buffer === this.#buffer) return bytes.byteOffset;
    const at = this.room(bytes.byteLength);
    new Uint8Array(this.#buffer, at, bytes.byteLength).set(
      new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    return at;
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, at, length);
  }

  int32(at: number, length: number): Int32Array {
    return new Int32Array(this.#buffer, at, length);
  }

  /** Cells of the same kind as those of `like`, at an address. */
  cells<T extends { readonly constructor: unknown }>(like: T, at: number, length: number): T {
    const Room = like.constructor as new (buffer: ArrayBuffer, at: number, length: number) => T;
    return new Room(this.#buffer, at, length);
  }
}

/** Lets go of a memory that was made for uncommonly large pages. */
export function releasePageMemory(): void {
  if (shared && shared.memory.buffer.byteLength > KEPT_BYTES) shared = undefined;
}
