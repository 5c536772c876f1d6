import { ParquetFault } from "./fault.js";

// Types of Thrift's compact protocol; a bool is its type.
export const TRUE = 1;
export const FALSE = 2;
const [BYTE, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT] = [3, 6, 7, 8, 9, 10, 11, 12] as const;

/** Structs within structs, further than any Parquet file has them. */
const MOST_DEPTH = 32;

/**
 * Goes through structs of Thrift's compact protocol (thrift-compact-protocol.md), in which footers and page headers are
 * written. It never reads beyond its bytes, and what a list claims to hold is no more than there are bytes for.
 * @throws ParquetFault corrupt
 */
export class CompactReader {
  #depth = 0;

  constructor(
    readonly bytes: Uint8Array,
    /** The next byte. */
    public at = 0,
  ) {}

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new EndOfBytes();
    return byte;
  }

  /** Hands out each field, with its type and where its header stands; those that `take` leaves (false) are passed over. */
  fields(take: (field: number, type: number, at: number) => boolean): void {
    if (++this.#depth > MOST_DEPTH) throw new ParquetFault("its structures lie too deep in each other");
    for (let field = 0; ; ) {
      const at = this.at;
      const header = this.#byte();
      if (header === 0) break;
      const step = header >> 4;
      field = step === 0 ? this.number() : field + step;
      const type = header & 15;
      if (!take(field, type, at)) this.#pass(type);
    }
    this.#depth--;
  }

  /** What `item` reads of each entry of a list. */
  list<T>(item: () => T): T[] {
    const size = this.listSize();
    const items: T[] = [];
    for (let i = 0; i < size; i++) items.push(item());
    return items;
  }

  listSize(): number {
    const size = this.#byte() >> 4;
    return this.#checked(size === 15 ? this.#varint() : size);
  }

  text(): string {
    return UTF8.decode(this.binary());
  }

  /** Shares the memory that is read. */
  binary(): Uint8Array {
    const length = this.#checked(this.#varint());
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** An integer of any width; one that a number cannot hold exactly is none that can be meant. */
  number(): number {
    const value = this.#varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  byte(): number {
    return (this.#byte() << 24) >> 24;
  }

  #pass(type: number): void {
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) this.at++;
    else if (type > BYTE && type <= I64) this.#passVarint();
    else if (type === DOUBLE) this.at += 8;
    else if (type === BINARY) this.binary();
    else if (type === LIST || type === SET) this.#passList();
    else if (type === STRUCT) this.fields(() => false);
    else if (type === MAP) this.#passMap();
    else throw new ParquetFault(`it has a field of the type ${type}, which Thrift does not know`);
    if (this.at > this.bytes.length) throw new EndOfBytes();
  }

  #passList(): void {
    const type = this.bytes[this.at]! & 15;
    const size = this.listSize();
    for (let i = 0; i < size; i++) this.#passItem(type);
  }

  #passMap(): void {
    const size = this.#checked(this.#varint());
    if (size === 0) return;
    const types = this.#byte();
    for (let i = 0; i < size; i++) {
      this.#passItem(types >> 4);
      this.#passItem(types & 15);
    }
  }

  /** In a list or map a bool is a byte. */
  #passItem(type: number): void {
    if (type === TRUE || type === FALSE) this.#byte();
    else this.#pass(type);
  }

  #checked(size: number): number {
    if (size <= this.bytes.length - this.at) return size;
    throw new EndOfBytes();
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) break;
      if (scale > 2 ** 63) throw new ParquetFault("it has a number of more than 64 bits");
    }
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    throw new ParquetFault(`it counts to ${value}, which nothing here can`);
  }

  /** Numbers that nobody reads may be of any size. */
  #passVarint(): void {
    while (this.#byte() >= 128);
  }
}

/** The bytes end within a structure: more of them may be at hand. */
export class EndOfBytes extends ParquetFault {
  constructor() {
    super("a structure of it does not end");
  }
}

const UTF8 = new TextDecoder();
