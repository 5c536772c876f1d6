import type { ReadInto } from "../../files/byte-file.js";
import { MESSAGE, SIGNATURE } from "./h5-format.js";
import { uint64 } from "./uint64.js";

/**
 * The little of the HDF5 file format that is needed to find where a contiguous dataset's bytes lie, which
 * libhdf5 as compiled in h5wasm does not tell. Source: "HDF5 File Format Specification Version 3.0",
 * II.A superblock, IV.A object headers, IV.A.2.i data layout message. What is not understood gives undefined.
 */

export interface Superblock {
  readonly version: number;
  /** The size that the file should at least have. */
  readonly endOfFile: number;
}

/** The superblock at byte 0; undefined where the file does not begin with one of 8-byte offsets. */
export function readSuperblock(read: ReadInto, fileSize: number): Superblock | undefined {
  const bytes = readAt(read, 0, 48, fileSize);
  if (!bytes || SIGNATURE.some((byte, i) => bytes.getUint8(i) !== byte)) return undefined;
  const version = bytes.getUint8(8);
  const old = version < 2;
  const [sizesAt, baseAt, endAt] = old ? [13, 24, 40] : [9, 12, 28];
  // Version 1 has 4 bytes more (an indexed-storage k, reserved) before its addresses.
  const shift = version === 1 ? 4 : 0;
  const wide = bytes.getUint8(sizesAt) === 8 && bytes.getUint8(sizesAt + 1) === 8;
  if (version > 3 || !wide || exactUint64(bytes, baseAt + shift) !== 0) return undefined;
  const end = endAt + shift + 8 <= bytes.byteLength ? exactUint64(bytes, endAt + shift) : 0;
  return { version, endOfFile: end ?? Number.MAX_SAFE_INTEGER };
}

/** A message of an object header: its type, and where its body lies in the file. */
export interface HeaderMessage {
  readonly type: number;
  readonly position: number;
  readonly body: DataView;
}

export interface Extent {
  readonly position: number;
  readonly bytes: number;
}

/** Where the values of the dataset whose object header is at `address` lie, where they are contiguous. */
export function contiguousExtent(read: ReadInto, address: number, fileSize: number): Extent | undefined {
  const messages = headerMessages(read, address, fileSize)?.filter(({ type }) => type === MESSAGE.layout);
  const body = messages?.length === 1 ? messages[0]!.body : undefined;
  if (!body || body.byteLength < 18) return undefined;
  const [version, layoutClass] = [body.getUint8(0), body.getUint8(1)];
  if (version < 3 || version > 5 || layoutClass !== 1) return undefined;
  const [position, bytes] = [exactUint64(body, 2), exactUint64(body, 10)];
  if (position === undefined || bytes === undefined || position + bytes > fileSize) return undefined;
  return { position, bytes };
}

/** The messages of an object header, of version 1 or 2, with its continuations. */
export function headerMessages(
  read: ReadInto,
  address: number,
  fileSize: number,
): HeaderMessage[] | undefined {
  const head = readAt(read, address, 16, fileSize) ?? readAt(read, address, fileSize - address, fileSize);
  if (!head || head.byteLength < 16) return undefined;
  if (head.getUint32(0, true) === 0x5244484f) return messagesV2(read, address, head, fileSize); // "OHDR"
  if (head.getUint8(0) !== 1) return undefined;
  const blocks: Extent[] = [{ position: address + 16, bytes: head.getUint32(8, true) }];
  return walk(read, blocks, fileSize, 8, (block, at) => ({
    type: block.getUint16(at, true),
    bytes: block.getUint16(at + 2, true),
  }));
}

function messagesV2(read: ReadInto, address: number, head: DataView, fileSize: number) {
  const flags = head.getUint8(5);
  const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const prefix = readAt(read, address, sizeAt + sizeBytes, fileSize);
  if (!prefix) return undefined;
  let bytes: number | undefined;
  if (sizeBytes === 8) bytes = exactUint64(prefix, sizeAt);
  else if (sizeBytes === 4) bytes = prefix.getUint32(sizeAt, true);
  else bytes = sizeBytes === 2 ? prefix.getUint16(sizeAt, true) : prefix.getUint8(sizeAt);
  if (bytes === undefined) return undefined;
  const blocks: Extent[] = [{ position: address + sizeAt + sizeBytes, bytes }];
  const prefixBytes = flags & 4 ? 6 : 4;
  return walk(read, blocks, fileSize, prefixBytes, (block, at) => ({
    type: block.getUint8(at),
    bytes: block.getUint16(at + 1, true),
  }));
}

/** Headers of real files have a few blocks of some hundred bytes; these bounds stop a damaged one. */
const MOST_BLOCKS = 64;
const MOST_BLOCK_BYTES = 1 << 20;

function walk(
  read: ReadInto,
  blocks: Extent[],
  fileSize: number,
  prefixBytes: number,
  prefix: (block: DataView, at: number) => { type: number; bytes: number },
): HeaderMessage[] | undefined {
  const messages: HeaderMessage[] = [];
  for (let b = 0; b < blocks.length; b++) {
    const { position, bytes } = blocks[b]!;
    const block = bytes <= MOST_BLOCK_BYTES && b < MOST_BLOCKS && readAt(read, position, bytes, fileSize);
    if (!block) return undefined;
    for (let at = 0; at + prefixBytes <= bytes; ) {
      const { type, bytes: size } = prefix(block, at);
      const start = at + prefixBytes;
      if (start + size > bytes) return undefined;
      const body = new DataView(block.buffer, block.byteOffset + start, size);
      if (type === MESSAGE.continuation && size >= 16) {
        const next = { position: exactUint64(body, 0), bytes: exactUint64(body, 8) };
        if (next.position === undefined || next.bytes === undefined) return undefined;
        const v2 = prefixBytes !== 8; // "OCHK" in front, a checksum behind
        blocks.push(
          v2
            ? { position: next.position + 4, bytes: next.bytes - 8 }
            : { position: next.position, bytes: next.bytes },
        );
      } else messages.push({ type, position: position + start, body });
      at = start + size;
    }
  }
  return messages;
}

/** Bytes of the file; undefined where they do not all lie in it. */
export function readAt(
  read: ReadInto,
  position: number,
  bytes: number,
  fileSize: number,
): DataView | undefined {
  if (bytes < 0 || position < 0 || position + bytes > fileSize) return undefined;
  const into = new Uint8Array(bytes);
  read(into, position);
  return new DataView(into.buffer);
}

/** A 64-bit unsigned number that a double holds exactly; the undefined address and absurd ones give undefined. */
function exactUint64(view: DataView, at: number): number | undefined {
  const value = uint64(view, at);
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}
