import type { DataPage } from "./chunk-pages.js";

/** Codes that 16 bits hold. */
const MOST_NARROW = 1 << 15;

/** Some codes, 16 bits each where these hold all of `count` entries: half the memory is half the time to write it. */
export function narrowed(codes: Int32Array, count: number): Int16Array | Int32Array {
  return count <= MOST_NARROW ? new Int16Array(codes) : codes;
}

/** A code a row, −1 where there is no cell: 16 bits each, or 32 once the entries are too many for these. */
export class RowCodes {
  #values: Int16Array | Int32Array;

  constructor(rows: number) {
    this.#values = new Int16Array(rows);
  }

  get values(): Int16Array | Int32Array {
    return this.#values;
  }

  /** Puts the codes of a page's cells, all below `count`, on the rows from `row` on. */
  place(page: DataPage, codes: Int16Array | Int32Array, count: number, row: number): void {
    if (count > MOST_NARROW && this.#values instanceof Int16Array)
      this.#values = new Int32Array(this.#values);
    const { present, memory, rows } = page;
    if (present === undefined) {
      this.#values.set(codes, row);
      return;
    }
    const from = memory.put(codes);
    const out = memory.room(codes.BYTES_PER_ELEMENT * rows);
    const { spread16, spread32 } = memory.loops;
    (codes instanceof Int16Array ? spread16 : spread32)(from, present, rows, -1, out);
    this.#values.set(memory.cells<Int16Array | Int32Array>(codes, out, rows), row);
  }
}
