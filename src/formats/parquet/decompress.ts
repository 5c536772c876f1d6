import { createRequire } from "node:module";
import { ParquetFault } from "./fault.js";
import type { PageMemory } from "./page-memory.js";

// parquet.thrift, `CompressionCodec`; LZO is read by nobody.
const CODECS = ["uncompressed", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"] as const;

/** What Node has for it; zstd from 22.15 on. */
interface Zlib {
  gunzipSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  brotliDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  zstdDecompressSync?(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

/**
 * The bytes of a page as they were before compression, exactly `length`. They lie in `memory`, or in memory of their own.
 * @throws ParquetFault corrupt (damaged, or of another length), unsupported (LZO, and codecs that are not known)
 */
export function decompress(
  codec: number,
  stored: Uint8Array,
  length: number,
  memory: PageMemory,
): Uint8Array {
  const name = CODECS[codec];
  const bytes = length === 0 && stored.length === 0 ? stored : decoded(name, codec, stored, length, memory);
  if (bytes.length === length) return bytes;
  throw new ParquetFault(`a page of it holds ${bytes.length} bytes, and is said to hold ${length}`);
}

function decoded(
  name: (typeof CODECS)[number] | undefined,
  codec: number,
  stored: Uint8Array,
  length: number,
  memory: PageMemory,
): Uint8Array {
  switch (name) {
    case "uncompressed":
      return stored;
    case "snappy":
    case "lz4_raw":
      return block(name === "snappy" ? "snappy" : "lz4", stored, length, memory);
    case "lz4":
      return hadoopLz4(stored, length, memory) ?? block("lz4", stored, length, memory);
    case "gzip":
    case "brotli":
    case "zstd":
      return byLibrary(name, stored, length);
    default:
      throw new ParquetFault(
        `it is compressed with ${name?.toUpperCase() ?? `codec ${codec}`}, which is not read`,
        "unsupported",
      );
  }
}

function block(loop: "snappy" | "lz4", stored: Uint8Array, length: number, memory: PageMemory): Uint8Array {
  const from = memory.put(stored);
  const out = memory.room(length);
  if (!memory.loops[loop](from, from + stored.length, out, length)) throw damaged(loop);
  return memory.bytes(out, length);
}

/**
 * LZ4 as Hadoop frames it, which the first codec of that name means: blocks, each after its two lengths. Undefined where the
 * bytes are no such frames: some writers meant a bare block (parquet-format, Compression.md).
 */
function hadoopLz4(stored: Uint8Array, length: number, memory: PageMemory): Uint8Array | undefined {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const blocks: { from: number; to: number; whole: number }[] = [];
  let total = 0;
  for (let at = 0; at < stored.length; ) {
    if (stored.length - at < 8) return undefined;
    const [whole, size] = [view.getUint32(at), view.getUint32(at + 4)];
    const from = at + 8;
    if (size > stored.length - from) return undefined;
    blocks.push({ from, to: from + size, whole });
    total += whole;
    at = from + size;
  }
  if (total !== length) return undefined;
  const begin = memory.put(stored);
  const out = memory.room(length);
  let done = 0;
  for (const { from, to, whole } of blocks) {
    if (!memory.loops.lz4(begin + from, begin + to, out + done, whole)) return undefined;
    done += whole;
  }
  return memory.bytes(out, length);
}

/** zlib takes 2.6 ms to load, and is loaded when it is needed. */
function byLibrary(name: "gzip" | "brotli" | "zstd", stored: Uint8Array, length: number): Uint8Array {
  const require = createRequire(import.meta.url);
  const zlib = require("node:zlib") as Zlib;
  const limit = { maxOutputLength: Math.max(length, 1) };
  try {
    if (name === "zstd" && !zlib.zstdDecompressSync) {
      const { decompress: unpack } = require("fzstd") as typeof import("fzstd");
      return unpack(stored, new Uint8Array(length));
    }
    const unpack = {
      gzip: zlib.gunzipSync,
      brotli: zlib.brotliDecompressSync,
      zstd: zlib.zstdDecompressSync!,
    }[name];
    const bytes = unpack(stored, limit);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // a slice of a Buffer is no copy
  } catch {
    throw damaged(name);
  }
}

function damaged(codec: string): ParquetFault {
  return new ParquetFault(`a page of it cannot be decompressed (${codec})`);
}
