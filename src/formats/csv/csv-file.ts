import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import { stampOf } from "../../files/file-stamp.js";
import { decoded, isPacked, markedAs, unpacked } from "./encodings.js";

/** Lines of a text that was taken for UTF-8 and is not: whoever reads it begins again. */
export class NotUtf8 extends Error {}

/** A record that is longer is none: what has no line ends is not held without end. */
const MOST_RECORD_BYTES = 1 << 26;

/** What a record that has no end within 64 MB throws. */
export class EndlessRecord extends Error {
  /** @throws itself, where a record of so many bytes has no end yet */
  static refuse(bytes: number): void {
    if (bytes > MOST_RECORD_BYTES)
      throw new EndlessRecord(`no line end within ${MOST_RECORD_BYTES >> 20} MB`);
  }
}

/**
 * The text of a CSV file, however often it is read: it is the same file each time. Packed files are unpacked, and what is
 * not UTF-8 becomes it: UTF-16 by its mark, GBK where it cannot be UTF-8, or the encoding given (any that `TextDecoder`
 * knows).
 */
export class CsvFile {
  /** How large it was when it was first opened; of a packed file that is less than its text. */
  size = 0;
  #stamp: string | undefined;
  /** Whether it is known not to be UTF-8. */
  #isOther = false;
  #position = 0;

  constructor(
    readonly path: string,
    readonly encoding: string | undefined,
  ) {}

  /**
   * The text, a piece of whole lines at a time. The pieces lie in `space`, but for lines that are longer, and are written
   * over by the next; a byte behind each may be written to. The last may lack its line end.
   * @throws NotUtf8, EndlessRecord; DataServiceError changed, corrupt, unsupported, not-found, read-failed
   */
  *lines(space: Buffer): Generator<Buffer> {
    const fd = accessing(this.path, () => openSync(this.path, "r"));
    try {
      this.#compare(fd);
      const text = this.#decoded(fd);
      const read = text ? reader(text) : (into: Buffer) => this.#fill(fd, into);
      for (const piece of wholeLines(read, space)) {
        if (!text && !isUtf8(piece)) {
          this.#isOther = true;
          throw new NotUtf8();
        }
        yield piece;
      }
      this.#compare(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** The text in memory, where it is not read from the file as it is. */
  #decoded(fd: number): Buffer | undefined {
    const head = Buffer.alloc(4);
    const there = accessing(this.path, () => readSync(fd, head, 0, 4, 0));
    const packed = there === 4 && isPacked(head);
    const isPlain = !packed && this.encoding === undefined && markedAs(head.subarray(0, there)) === undefined;
    if (isPlain && !this.#isOther) {
      this.#position = there >= 3 && head.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
      return undefined;
    }
    const bytes = accessing(this.path, () => readFileSync(fd));
    return decoded(packed ? unpacked(bytes, this.path) : bytes, this.encoding, this.path);
  }

  #fill(fd: number, into: Buffer): number {
    const read = accessing(this.path, () => readSync(fd, into, 0, into.length, this.#position));
    this.#position += read;
    return read;
  }

  /** Whether the file is still the one that was first opened. */
  #compare(fd: number): void {
    const stats = accessing(this.path, () => fstatSync(fd, { bigint: true }));
    const stamp = stampOf(stats);
    this.size = Number(stats.size);
    this.#stamp ??= stamp;
    if (stamp === this.#stamp) return;
    const problem = `${this.path}: the file was written to while it was read; open it again`;
    throw new DataServiceError("changed", problem, { path: this.path });
  }
}

function reader(text: Buffer): (into: Buffer) => number {
  let at = 0;
  return (into) => {
    const read = text.copy(into, 0, at, at + into.length);
    at += read;
    return read;
  };
}

/** Pieces of whole lines; one of a line that is longer than `space` lies elsewhere. */
function* wholeLines(read: (into: Buffer) => number, space: Buffer): Generator<Buffer> {
  let [room, held] = [space, 0];
  for (;;) {
    const got = read(room.subarray(held, room.length - 1));
    held += got;
    if (got === 0) {
      if (held > 0) yield room.subarray(0, held);
      return;
    }
    const end = room.subarray(0, held).lastIndexOf(10) + 1;
    if (end > 0) {
      yield room.subarray(0, end);
      room.copyWithin(0, end, held);
      held -= end;
      continue;
    }
    if (held < room.length - 1) continue;
    EndlessRecord.refuse(held);
    const wider = Buffer.allocUnsafe(2 * room.length);
    room.copy(wider, 0, 0, held);
    room = wider;
  }
}
