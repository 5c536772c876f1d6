import { mustHold } from "./needs-library.js";

/**
 * Reads the fields of a structure one after another, all little-endian, and never beyond its end. Byte by byte: a
 * file is opened once, by code that was not compiled yet, where making views takes most of the time.
 */
export class Cursor {
  readonly #bytes: Buffer;
  readonly #first: number;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, first = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#first = first;
    this.#end = end;
    this.#at = first;
  }

  /** Bytes from the structure's beginning. */
  get at(): number {
    return this.#at - this.#first;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  u16(): number {
    const at = this.#skip(2);
    return this.#bytes[at]! + this.#bytes[at + 1]! * 0x100;
  }

  u32(): number {
    return this.u16() + this.u16() * 0x1_0000;
  }

  /** A size, a count or an address; the undefined address, all ones, is none. */
  u64(): number {
    const value = this.u32() + this.u32() * 0x1_0000_0000;
    mustHold(value <= Number.MAX_SAFE_INTEGER, "a number beyond 2^53");
    return value;
  }

  /** An unsigned number of up to 8 bytes. */
  uint(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += this.u8() * 0x100 ** i;
    mustHold(value <= Number.MAX_SAFE_INTEGER, "a number beyond 2^53");
    return value;
  }

  /** Whether the next 8 bytes are the undefined address, which is passed over where they are. */
  isUndefined(): boolean {
    const isUndefined = this.left >= 8 && this.#are(0xff, 8);
    if (isUndefined) this.#at += 8;
    return isUndefined;
  }

  /** The next bytes, as a structure of their own. */
  part(bytes: number): Cursor {
    const at = this.#skip(bytes);
    return new Cursor(this.#bytes, at, at + bytes);
  }

  take(bytes: number): Buffer {
    const at = this.#skip(bytes);
    return this.#bytes.subarray(at, at + bytes);
  }

  /** Bytes as text, one character a byte. */
  text(bytes: number): string {
    const at = this.#skip(bytes);
    return this.#bytes.toString("latin1", at, at + bytes);
  }

  /** All bytes before this one, from the structure's beginning. */
  before(): Buffer {
    return this.#bytes.subarray(this.#first, this.#at);
  }

  /** Passes over bytes that must be these. */
  expect(bytes: readonly number[], what: string): void {
    const at = this.#skip(bytes.length);
    for (let i = 0; i < bytes.length; i++) mustHold(this.#bytes[at + i] === bytes[i], what);
  }

  /** Passes over a signature of four letters. */
  signature(letters: string): void {
    mustHold(this.text(4) === letters, letters);
  }

  /** Passes over reserved bytes, which must be 0. */
  zeros(bytes: number): void {
    mustHold(bytes <= this.left && this.#are(0, bytes), "a reserved byte is set");
    this.#at += bytes;
  }

  skip(bytes: number): void {
    this.#skip(bytes);
  }

  /** Up to the next multiple of 8 from the beginning, as old structures are padded; what lies there means nothing. */
  align(): void {
    this.#skip(-this.at & 7);
  }

  #are(value: number, bytes: number): boolean {
    for (let at = this.#at; at < this.#at + bytes; at++) if (this.#bytes[at] !== value) return false;
    return true;
  }

  #skip(bytes: number): number {
    mustHold(bytes >= 0 && bytes <= this.left, "a structure ends too early");
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
