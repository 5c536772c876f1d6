import { withoutPadding } from "./text-encoding.js";

/** Keys of at most this many distinct values start with this much room; both arrays double as they fill. */
const FIRST_SLOTS = 1 << 10;

/**
 * Numbers byte strings of one fixed width by first appearance: the dictionary of a string or time column. No
 * JavaScript string is made for a row; a repeat of the previous row's bytes is recognised without hashing.
 */
export class TextDictionary {
  /** How many different ones there are. */
  size = 0;
  private readonly width: number;
  private keys: Uint8Array;
  /** Open addressing: code + 1, or 0 where a slot is free. */
  private slots = new Int32Array(FIRST_SLOTS);
  private last = 0;

  constructor(width: number) {
    this.width = width;
    this.keys = new Uint8Array(width * (FIRST_SLOTS >> 1));
  }

  /** The code of the `width` bytes at `from`; a new one is `size` as it was before. */
  codeOf(bytes: Uint8Array, from: number): number {
    if (this.size > 0 && this.equals(this.last, bytes, from)) return this.last;
    const mask = this.slots.length - 1;
    let slot = this.hash(bytes, from) & mask;
    for (let found = this.slots[slot]!; found !== 0; found = this.slots[slot]!) {
      if (this.equals(found - 1, bytes, from)) {
        this.last = found - 1;
        return this.last;
      }
      slot = (slot + 1) & mask;
    }
    const code = this.size++;
    this.last = code;
    this.slots[slot] = code + 1;
    for (let b = 0; b < this.width; b++) this.keys[code * this.width + b] = bytes[from + b]!;
    if (this.size * 2 >= this.slots.length) this.grow();
    return code;
  }

  /** The bytes of a text. */
  textBytes(code: number): Uint8Array {
    return withoutPadding(this.bytes(code));
  }

  bytes(code: number): Uint8Array {
    return this.keys.subarray(code * this.width, (code + 1) * this.width);
  }

  private equals(code: number, bytes: Uint8Array, from: number): boolean {
    const at = code * this.width;
    // From the end: times and codes differ there first.
    for (let b = this.width - 1; b >= 0; b--) if (this.keys[at + b] !== bytes[from + b]) return false;
    return true;
  }

  /** FNV-1a, its high bits folded into the low ones that choose the slot. */
  private hash(bytes: Uint8Array, from: number): number {
    let h = 0x811c9dc5;
    for (let b = 0; b < this.width; b++) h = Math.imul(h ^ bytes[from + b]!, 0x01000193);
    return h ^ (h >>> 15);
  }

  private grow(): void {
    const keys = new Uint8Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let code = 0; code < this.size; code++) {
      let slot = this.hash(keys, code * this.width) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = code + 1;
    }
  }
}
