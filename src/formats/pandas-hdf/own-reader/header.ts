import { MESSAGE } from "../h5-format.js";
import type { StructureBytes } from "./bytes.js";
import { expectChecksum } from "./checksum.js";
import type { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";

/** Those that are read or may be passed over; data in other files is neither. */
const KNOWN = new Set<number>(Object.values(MESSAGE).filter((type) => type !== MESSAGE.external));

export interface PlainMessage {
  readonly type: number;
  /** Read once. */
  readonly body: Cursor;
}

/** Real headers have up to about five blocks of some hundred bytes. */
const MOST_BLOCKS = 64;

interface Block {
  readonly position: number;
  readonly bytes: number;
}

/**
 * The messages of the object header at `address`, its continuations followed, and those passed over that say nothing.
 * Source: IV.A.1.a and b.
 * @throws NotPlain where there is one of another type, or shared
 */
export function readHeader(file: StructureBytes, address: number): readonly PlainMessage[] {
  return file.look(address, 1)[0] === 1 ? readVersion1(file, address) : readVersion2(file, address);
}

function readVersion1(file: StructureBytes, address: number): readonly PlainMessage[] {
  const head = file.structure(address, 16);
  head.expect([1, 0], "the version of an object header");
  const count = head.u16();
  mustHold(head.u32() === 1, "an object has several names");
  const blocks = [{ position: address + 16, bytes: head.u32() }];
  head.zeros(4);
  const messages: PlainMessage[] = [];
  let found = 0;
  for (const { position, bytes } of growing(blocks)) {
    const block = file.structure(position, bytes);
    while (block.left > 0) {
      const [type, size, flags] = [block.u16(), block.u16(), block.u8()];
      mustHold(size % 8 === 0, "a message is not aligned");
      block.zeros(3);
      takeMessage(type, flags, block.part(size), messages, blocks);
      found++;
    }
  }
  mustHold(found === count, "an object header has another number of messages");
  return messages;
}

/** With times or without; up to 64 KiB in its first block; attributes in no order, and compact up to the usual number. */
const FLAGS_V2 = 0x21;
const TIMES = 0x20;

function readVersion2(file: StructureBytes, address: number): readonly PlainMessage[] {
  const flags = file.look(address, 6)[5]!;
  mustHold((flags & ~FLAGS_V2) === 0, "an object header of a rare kind");
  const sizeBytes = 1 << (flags & 3);
  const prefix = 6 + (flags & TIMES ? 16 : 0) + sizeBytes;
  const size = file.look(address + prefix - sizeBytes, sizeBytes).readUIntLE(0, sizeBytes);
  const blocks: Block[] = [{ position: address, bytes: prefix + size + 4 }];
  const messages: PlainMessage[] = [];
  for (const { position, bytes } of growing(blocks)) {
    const block = file.structure(position, bytes);
    const isFirst = position === address;
    block.signature(isFirst ? "OHDR" : "OCHK");
    if (isFirst) {
      block.expect([2], "the version of an object header");
      block.skip(prefix - 5);
    }
    let hasNil = false;
    while (block.left - 4 >= 4) {
      const [type, size, flags] = [block.u8(), block.u16(), block.u8()];
      mustHold(size <= block.left - 4, "a message is too long");
      hasNil ||= type === MESSAGE.nil;
      takeMessage(type, flags, block.part(size), messages, blocks);
    }
    // Space that no message takes is left at the end where it is too small for one, else it is a nil message.
    const gap = block.left - 4;
    mustHold(gap === 0 || !hasNil, "an object header with space twice");
    block.zeros(gap);
    expectChecksum(block);
  }
  return messages;
}

/** Constant, or not to be shared. */
const MESSAGE_FLAGS = 0x05;

function takeMessage(
  type: number,
  flags: number,
  body: Cursor,
  messages: PlainMessage[],
  blocks: Block[],
): void {
  mustHold(KNOWN.has(type), "a message of another type");
  mustHold((flags & ~MESSAGE_FLAGS) === 0, "a message is shared or marked");
  if (type === MESSAGE.continuation) blocks.push({ position: body.u64(), bytes: body.u64() });
  else if (type === MESSAGE.modified) body.expect([1, 0, 0, 0], "a time of modification");
  else if (type !== MESSAGE.nil) messages.push({ type, body });
}

/** The blocks, also those that are found while they are walked. */
function* growing(blocks: readonly Block[]): Generator<Block> {
  for (let b = 0; b < blocks.length; b++) {
    const block = blocks[b]!;
    mustHold(b < MOST_BLOCKS, "an object header is too long");
    yield block;
  }
}
