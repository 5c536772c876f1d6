import type { LevelCodes } from "../formats/table.js";

/**
 * Where runs of equal codes end in a slab of datetime codes, each run being a session's rows. The end is searched
 * for where the run before makes it likely, and the rows up to it are then compared, as bytes, with the rows one
 * further: each is looked at, in a twentieth of the time of a loop over them.
 */
export class CodeRuns {
  readonly #codes: LevelCodes;
  readonly #bytes: Buffer;
  /** Rows of the run before: sessions that follow each other have about as many. */
  #length = 1;

  constructor(codes: LevelCodes) {
    this.#codes = codes;
    this.#bytes = Buffer.from(codes.buffer, codes.byteOffset, codes.byteLength);
  }

  /** The first row after `from` that has another code, or the number of rows. */
  endOf(from: number): number {
    const end = this.#searchEnd(from);
    this.#length = end - from;
    if (this.#isConstant(from, end)) return end;
    const code = this.#codes[from];
    let row = from + 1;
    while (this.#codes[row] === code) row++;
    return row;
  }

  /** A row after `from` that has another code, the row before it not: the end, unless codes come back. */
  #searchEnd(from: number): number {
    const codes = this.#codes;
    const code = codes[from];
    let [same, other, step] = [from, codes.length, 1];
    const guess = Math.min(from + this.#length, codes.length);
    if (codes[guess] === code) {
      for (same = guess; same + step < other && codes[same + step] === code; step *= 2) same += step;
      other = Math.min(same + step, other);
    } else {
      for (other = guess; other - step > same && codes[other - step] !== code; step *= 2) other -= step;
      same = Math.max(other - step, same);
    }
    while (other - same > 1) {
      const middle = (same + other) >>> 1;
      if (codes[middle] === code) same = middle;
      else other = middle;
    }
    return other;
  }

  /** Whether all rows of [first, last) have one code: whether each is as the one before it. */
  #isConstant(first: number, last: number): boolean {
    const width = this.#codes.BYTES_PER_ELEMENT;
    const [from, to] = [first * width, last * width];
    return this.#bytes.compare(this.#bytes, from, to - width, from + width, to) === 0;
  }
}
