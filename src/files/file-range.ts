import type { ByteFile } from "./byte-file.js";

/** One buffer of an Arrow array: bytes in memory, or a range of a file. */
export interface BufferRange {
  readonly byteLength: number;
  /** The bytes [first, last); they may be shared, or lie in `scratch` until that is used again. */
  read(first: number, last: number, scratch?: Uint8Array): Uint8Array;
  /** Lets go of what is kept to be read again. */
  release?(): void;
}

/** A buffer as it lies in the file. */
export class FileRange implements BufferRange {
  constructor(
    readonly file: ByteFile,
    readonly start: number,
    readonly byteLength: number,
  ) {}

  read(first: number, last: number, scratch?: Uint8Array): Uint8Array {
    return this.file.read(this.start + first, this.start + last, scratch);
  }
}
