import { BitReader } from "./bit-reader.js";
import { readTables, type SymbolReader, selectedSymbols } from "./bzip2-codes.js";

const BLOCK = 0x314159265359;
const END = 0x177245385090;
/** Bytes of a block, before its run lengths are undone, by level 1 to 9. */
const BLOCK_BYTES = 100_000;

/**
 * Decompresses one bzip2 stream into `length` bytes. What follows the stream is left alone.
 * Undefined where it is damaged, holds another number of bytes, or uses the long deprecated randomisation.
 * Source: bzip2 1.0.8, decompress.c and huffman.c; "BZIP2: Format Specification" (J. Tsai), 2.2.
 */
export function bunzip2(stream: Uint8Array, length: number): Uint8Array | undefined {
  const bits = new BitReader(stream);
  const level = bits.read(24) === 0x425a68 ? bits.read(8) - 0x30 : 0; // "BZh"
  if (level < 1 || level > 9) return undefined;
  const block = new Uint32Array(Math.min(level * BLOCK_BYTES, mostOfBlock(length)));
  const out = new Uint8Array(length);
  let at = 0;
  let all = 0;
  for (;;) {
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const crc = bits.read(16) * 2 ** 16 + bits.read(16);
    if (bits.isPastEnd) return undefined;
    if (magic === END) return at === length && crc === all ? out : undefined;
    const first = magic === BLOCK ? readBlock(bits, block) : undefined;
    if (!first) return undefined;
    const end = undoRuns(block, first.count, first.origin, out, at);
    if (end === undefined || crcOf(out, at, end) !== crc) return undefined;
    all = (((all << 1) | (all >>> 31)) ^ crc) >>> 0;
    at = end;
  }
}

/** Four equal bytes take a fifth one, their further number, even where that is 0. */
function mostOfBlock(length: number): number {
  return Math.ceil(length * 1.25) + 1;
}

/** Reads a block into the low bytes of `block`: its Burrows-Wheeler transform. */
function readBlock(bits: BitReader, block: Uint32Array): { count: number; origin: number } | undefined {
  if (bits.read(1) !== 0) return undefined; // randomised
  const origin = bits.read(24);
  const used = bits.read(16);
  const recent = new Uint8Array(256); // bytes, the one used last in front
  let size = 0;
  for (let high = 0; high < 16; high++) {
    if (((used >> (15 - high)) & 1) === 0) continue;
    const lows = bits.read(16);
    for (let low = 0; low < 16; low++) if (((lows >> (15 - low)) & 1) === 1) recent[size++] = 16 * high + low;
  }
  const tables = size > 0 ? readTables(bits, size + 2) : undefined;
  const count = tables && readSymbols(selectedSymbols(bits, tables), recent, size + 1, block);
  return count !== undefined && origin < count ? { count, origin } : undefined;
}

/** Symbols 0 and 1 are digits of a run of the byte in front, higher ones move a byte there; the last one ends the block. */
function readSymbols(
  next: SymbolReader,
  recent: Uint8Array,
  end: number,
  block: Uint32Array,
): number | undefined {
  let count = 0;
  for (let symbol = next(); ; symbol = next()) {
    let run = 0;
    for (let digit = 1; symbol === 0 || symbol === 1; digit *= 2, symbol = next()) {
      run += digit * (symbol + 1);
      if (count + run > block.length) return undefined;
    }
    block.fill(recent[0]!, count, count + run);
    count += run;
    if (symbol === end) return count;
    if (symbol === undefined || count >= block.length) return undefined;
    const byte = recent[symbol - 1]!;
    for (let place = symbol - 1; place > 0; place--) recent[place] = recent[place - 1]!;
    recent[0] = byte;
    block[count++] = byte;
  }
}

/** Undoes the transform, by links kept in the high bytes of `block`, and then the runs. The end in `out`, if all fits. */
function undoRuns(
  block: Uint32Array,
  count: number,
  origin: number,
  out: Uint8Array,
  first: number,
): number | undefined {
  const starts = new Uint32Array(257);
  for (let i = 0; i < count; i++) starts[(block[i]! & 0xff) + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  for (let i = 0; i < count; i++) block[starts[block[i]! & 0xff]!++]! |= i << 8;
  let link = block[origin]! >>> 8;
  let at = first;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < count; i++) {
    const entry = block[link]!;
    const byte = entry & 0xff;
    link = entry >>> 8;
    if (equal === 4) {
      if (at + byte > out.length) return undefined;
      out.fill(last, at, at + byte);
      at += byte;
      equal = 0;
      last = -1;
      continue;
    }
    if (at === out.length) return undefined;
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    out[at++] = byte;
  }
  return at;
}

/** CRC-32 with its bits in the order of bzip2: the highest first. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

function crcOf(bytes: Uint8Array, first: number, last: number): number {
  let crc = -1;
  for (let i = first; i < last; i++) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}
