import { createRequire } from "node:module";
import { DataServiceError } from "../../errors.js";
import type { BufferRange, FileRange } from "../../files/file-range.js";
import type { DecompressedBuffers } from "./decompressed-buffers.js";
import type { FlatTable } from "./ipc-flatbuffer.js";
import { corrupt } from "./ipc-message.js";
import { decompressLz4Frame } from "./lz4-frame.js";

export type Codec = (bytes: Uint8Array, length: number) => Uint8Array;

/** How the buffers of a record batch are compressed (format/Message.fbs, BodyCompression); undefined: not. */
export function readCompression(batch: FlatTable, label: string): Codec | undefined {
  const compression = batch.table(3);
  if (!compression) return undefined;
  const codec = [decompressLz4Frame, zstd][compression.int8(0)];
  if (codec && compression.int8(1) === 0) return codec;
  throw new DataServiceError(
    "unsupported",
    `${label}: compressed with codec ${compression.int8(0)}; only LZ4 and ZSTD are known, write it with one of them`,
    { path: label },
  );
}

/** Most that one compressed byte can stand for, a whole frame aside: a zstd block of 128 KiB takes 4 bytes. */
const MOST_BYTES_OF_ONE = 1 << 15;

/** A compressed buffer of a record batch: its length when decompressed (−1: stored as it is), then the frame. */
export class CompressedRange implements BufferRange {
  #length: number | undefined;

  /** @param kept those of the file, @param batch which tells its batches apart */
  constructor(
    readonly source: FileRange,
    readonly codec: Codec,
    readonly label: string,
    readonly kept: DecompressedBuffers,
    readonly batch: number,
  ) {}

  get byteLength(): number {
    this.#length ??= this.#readLength();
    return this.#length;
  }

  read(first: number, last: number): Uint8Array {
    const known = this.kept.get(this.batch, this);
    const bytes = known ?? this.#decompress();
    if (!known) this.kept.keep(this.batch, this, bytes);
    return bytes.subarray(first, last);
  }

  release(): void {
    this.kept.drop(this.batch, this);
  }

  #readLength(): number {
    const { source, label } = this;
    if (source.byteLength < 8) throw corrupt(label, `a compressed buffer has ${source.byteLength} bytes`);
    const length = Number(new DataView(source.read(0, 8).buffer).getBigInt64(0, true));
    if (length === -1) return source.byteLength - 8;
    if (length >= 0 && length <= (source.byteLength + 4) * MOST_BYTES_OF_ONE) return length;
    throw corrupt(label, `a compressed buffer of ${source.byteLength} bytes is said to hold ${length}`);
  }

  #decompress(): Uint8Array {
    const bytes = this.source.read(0, this.source.byteLength);
    const length = this.byteLength;
    if (new DataView(bytes.buffer).getBigInt64(0, true) === -1n) return bytes.subarray(8);
    let decoded: Uint8Array;
    try {
      decoded = this.codec(bytes.subarray(8), length);
    } catch (cause) {
      throw corrupt(this.label, "a compressed buffer cannot be decompressed", cause);
    }
    if (decoded.length === length) return decoded;
    throw corrupt(this.label, `a compressed buffer holds ${decoded.length} bytes instead of ${length}`);
  }
}

/** Node has zstd from 22.15 on; before, fzstd serves. Either is loaded when it is needed: zlib takes 2.6 ms. */
function zstd(bytes: Uint8Array, length: number): Uint8Array {
  const require = createRequire(import.meta.url);
  const { zstdDecompressSync } = require("node:zlib") as {
    zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer;
  };
  if (zstdDecompressSync) return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) });
  const { decompress } = require("fzstd") as typeof import("fzstd");
  return decompress(bytes, new Uint8Array(length));
}
