import type { ReadInto } from "../../../files/byte-file.js";
import { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";

/** Read from the front of the file at once, where most of the structure lies, and least read from elsewhere. */
const HEAD_BYTES = 8192;
const PIECE_BYTES = 4096;
/** Far more than pandas' files need; a damaged one asks for no more memory and time. */
const MOST_STRUCTURES = 4096;
const MOST_STRUCTURE_BYTES = 1 << 20;

interface Range {
  readonly first: number;
  readonly last: number;
}

interface Piece {
  readonly position: number;
  readonly bytes: Buffer;
}

/** The bytes of a file's structure, read in few pieces; no two structures may share any. */
export class StructureBytes {
  readonly #read: ReadInto;
  /** Structures and data lie in front of it. */
  #end: number;
  readonly #pieces: Piece[] = [];
  readonly #claimed: Range[] = [];

  constructor(read: ReadInto, end: number) {
    this.#read = read;
    this.#end = end;
  }

  /** From now on nothing may lie at or beyond `end`. */
  endAt(end: number): void {
    mustHold(end <= this.#end, "the file is truncated");
    this.#end = end;
  }

  /** A structure that begins at `position`. */
  structure(position: number, bytes: number): Cursor {
    return new Cursor(this.own(position, bytes));
  }

  /** The bytes of a structure, which are its own from now on. */
  own(position: number, bytes: number): Buffer {
    mustHold(bytes <= MOST_STRUCTURE_BYTES, "a structure is too large");
    this.claim(position, bytes);
    return this.look(position, bytes);
  }

  /** Marks bytes as used. @throws NotPlain where some of them are already, or lie beyond the end */
  claim(position: number, bytes: number): void {
    mustHold(position >= 0 && bytes > 0 && position + bytes <= this.#end, "beyond the end of the file");
    mustHold(this.#claimed.length < MOST_STRUCTURES, "too many structures");
    const [first, last] = [position, position + bytes];
    for (const range of this.#claimed) {
      mustHold(last <= range.first || range.last <= first, "two structures overlap");
    }
    this.#claimed.push({ first, last });
  }

  /** Bytes of the file; they may be shared with the next structure and are not written to. */
  look(position: number, bytes: number): Buffer {
    mustHold(position >= 0 && position + bytes <= this.#end, "beyond the end of the file");
    const piece =
      this.#pieces.find((p) => p.position <= position && position + bytes <= p.position + p.bytes.length) ??
      this.#fetch(position, bytes);
    return piece.bytes.subarray(position - piece.position, position - piece.position + bytes);
  }

  #fetch(first: number, bytes: number): Piece {
    const position = first - (first % PIECE_BYTES);
    const last = Math.max(first + bytes, position + (position === 0 ? HEAD_BYTES : PIECE_BYTES));
    const piece = { position, bytes: Buffer.alloc(Math.min(last, this.#end) - position) };
    this.#read(piece.bytes, position);
    this.#pieces.push(piece);
    return piece;
  }
}
