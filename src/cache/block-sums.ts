import { readWhole } from "../files/whole-bytes.js";
import { coldStartLoops } from "../simd/cold-start.js";
import { digest } from "./digest.js";

/** A file of the cache is checked block by block, when the block is first read: 64 KiB take about 30 µs. */
export const BLOCK_BYTES = 1 << 16;
const SUM_BYTES = 16;
/** Beyond what the loops of a reader that is filling its scratch have there. */
const ROOM_AT = 1 << 20;

/** Where a block is read to and its sum computed: in WebAssembly's memory where there is one. */
interface Room {
  readonly bytes: Uint8Array;
  /** The sum of the first `length` bytes. It is written over by the next. */
  sum(length: number): Uint8Array;
}

function roomForBlock(): Room {
  const loops = coldStartLoops(ROOM_AT + BLOCK_BYTES);
  if (!loops) {
    const bytes = Buffer.alloc(BLOCK_BYTES);
    return { bytes, sum: (length) => Buffer.from(digest(bytes.subarray(0, length)), "hex") };
  }
  const { buffer } = loops.memory;
  const sum = new Uint8Array(buffer, ROOM_AT - SUM_BYTES, SUM_BYTES);
  return {
    bytes: new Uint8Array(buffer, ROOM_AT, BLOCK_BYTES),
    sum(length) {
      loops.digest(ROOM_AT, ROOM_AT + length, ROOM_AT - SUM_BYTES);
      return sum;
    },
  };
}

/** The sums of all blocks of a file, 16 bytes each. */
export function blockSums(fd: number, size: number): Uint8Array {
  const room = roomForBlock();
  const count = Math.ceil(size / BLOCK_BYTES);
  const sums = new Uint8Array(SUM_BYTES * count);
  for (let block = 0; block < count; block++) {
    const length = readWhole(fd, room.bytes, block * BLOCK_BYTES);
    sums.set(room.sum(length), SUM_BYTES * block);
  }
  return sums;
}

/** Reads of a file by the sums of its blocks. */
export class CheckedBlocks {
  readonly #sums: Uint8Array;
  /** A block that was right is not looked at again as long as nobody writes to the file. */
  readonly #checked: Uint8Array;

  constructor(sums: Uint8Array) {
    this.#sums = sums;
    this.#checked = new Uint8Array(sums.length / SUM_BYTES);
  }

  /** What was right may be so no more. */
  forget(): void {
    this.#checked.fill(0);
  }

  /**
   * Fills `into` with the bytes from `position` on. Gives the first block that is not what it was when it was written;
   * undefined where all are.
   */
  fill(fd: number, into: Uint8Array, position: number): number | undefined {
    const end = position + into.byteLength;
    let room: Room | undefined;
    for (let at = position; at < end; ) {
      const block = Math.floor(at / BLOCK_BYTES);
      const start = block * BLOCK_BYTES;
      if (this.#checked[block] === 1) {
        let last = block + 1;
        while (this.#checked[last] === 1) last++;
        const till = Math.min(last * BLOCK_BYTES, end);
        if (readWhole(fd, into.subarray(at - position, till - position), at) < till - at) return block;
        at = till;
        continue;
      }
      room ??= roomForBlock();
      const length = readWhole(fd, room.bytes, start);
      const till = Math.min(start + length, end);
      const expected = this.#sums.subarray(SUM_BYTES * block, SUM_BYTES * (block + 1));
      if (till <= at || Buffer.compare(room.sum(length), expected) !== 0) return block;
      this.#checked[block] = 1;
      into.set(room.bytes.subarray(at - start, till - start), at - position);
      at = till;
    }
    return undefined;
  }
}
