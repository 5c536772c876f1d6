import type { ReadInto } from "../../files/byte-file.js";
import { EndOfBytes } from "./compact-reader.js";
import { ParquetFault } from "./fault.js";
import { type PageHeader, readPageHeader } from "./page-header.js";

/** Read at once; pages that are larger are read whole. */
const PIECE_BYTES = 1 << 18;
/** Headers have statistics in them, texts as long as they may be; none is longer. */
const MOST_HEADER_BYTES = 1 << 24;

/** One for all files: what is in it is used before anything else is read. */
let shared = new Uint8Array(PIECE_BYTES);

/** The bytes [at, end) of a file, page after page. */
export class ChunkBytes {
  #first: number;
  #last: number;

  constructor(
    readonly read: ReadInto,
    public at: number,
    readonly end: number,
  ) {
    this.#first = at;
    this.#last = at;
  }

  /** The header of the next page, which is passed. @throws ParquetFault corrupt */
  header(): PageHeader {
    for (let room = 1 << 12; ; room *= 16) {
      const bytes = this.#peek(Math.min(room, this.end - this.at));
      try {
        const { header, length } = readPageHeader(bytes);
        this.at += length;
        if (header.storedBytes > this.end - this.at)
          throw new ParquetFault(`a page of ${header.storedBytes} bytes does not end where its column does`);
        return header;
      } catch (fault) {
        const isCut = fault instanceof EndOfBytes && bytes.length < this.end - this.at;
        if (!isCut || room > MOST_HEADER_BYTES) throw fault;
      }
    }
  }

  /** The next bytes, which are passed; they are there until something else is read. */
  take(length: number): Uint8Array {
    const bytes = this.#peek(length);
    this.at += length;
    return bytes;
  }

  pass(length: number): void {
    this.at += length;
  }

  #peek(length: number): Uint8Array {
    if (this.at < this.#first || this.at + length > this.#last) this.#fill(length);
    return shared.subarray(this.at - this.#first, this.at - this.#first + length);
  }

  /** What has been read already is kept. */
  #fill(length: number): void {
    const kept = this.at >= this.#first && this.at < this.#last ? this.#last - this.at : 0;
    const wanted = Math.min(Math.max(length, PIECE_BYTES), this.end - this.at);
    if (shared.length < wanted) {
      const larger = new Uint8Array(wanted);
      larger.set(shared.subarray(this.at - this.#first, this.#last - this.#first));
      shared = larger;
    } else {
      shared.copyWithin(0, this.at - this.#first, this.at - this.#first + kept);
    }
    this.read(shared.subarray(kept, wanted), this.at + kept);
    this.#first = this.at;
    this.#last = this.at + wanted;
  }
}

/** Lets go of room that was made for uncommonly large pages. */
export function releaseChunkBytes(): void {
  if (shared.length > 16 * PIECE_BYTES) shared = new Uint8Array(PIECE_BYTES);
}
