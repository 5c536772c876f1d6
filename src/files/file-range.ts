import type { BufferRange } from "../formats/arrow/column.js";
import type { ByteFile } from "./byte-file.js";

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
