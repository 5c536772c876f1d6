import { instantiate, PAGE_BYTES, type SimdMemory } from "../../simd/load.js";
import type { Cells } from "../frame/block.js";

/** The loops of src/simd/assembly/training; addresses are in bytes. */
interface Loops {
  readonly memory: SimdMemory;
  countMissing(cells: number, bytes: number): number;
  hasInfinity(cells: number, bytes: number): boolean;
  fillMissing(cells: number, bytes: number, value: number): number;
  scaleCells(
    cells: number,
    bytes: number,
    shift: number,
    scale: number,
    low: number,
    high: number,
    period: number,
  ): number;
  addSums(
    cells: number,
    rows: number,
    width: number,
    pivot: number,
    count: number,
    sum: number,
    squares: number,
  ): void;
  addMoments(
    cells: number,
    rows: number,
    width: number,
    pivot: number,
    count: number,
    sum: number,
    squares: number,
    min: number,
    max: number,
  ): void;
  standardize(cells: number, rows: number, width: number, mean: number, std: number): void;
  fillMeans(cells: number, rows: number, width: number, mean: number): void;
  rankColumns(cells: number, width: number, rows: number, spread: number, work: number): void;
  narrow(
    cells: number,
    rows: number,
    width: number,
    centre: number,
    isAway: boolean,
    low: number,
    high: number,
    below: number,
    numbers: number,
    inside: number,
    near: number,
    room: number,
  ): void;
  selectKth(cells: number, count: number, k: number): number;
}

/** Bytes of the rows that are worked on at a time: they stay in a core's cache. */
const ROWS_BYTES = 1 << 18;

/**
 * Vector loops with a memory of their own, into which some rows of a matrix are copied at a time, and back. Rows lie at its
 * beginning; arrays are taken behind them.
 */
export class RowLoops {
  readonly loops: Loops;
  readonly width: number;
  readonly #cells: Float32Array;
  readonly #rowsAtOnce: number;
  #next: number;

  private constructor(loops: Loops, width: number, rowsAtOnce: number) {
    this.loops = loops;
    this.width = width;
    this.#rowsAtOnce = rowsAtOnce;
    const length = rowsAtOnce * width + 4;
    this.#cells = new Float32Array(loops.memory.buffer, 0, length);
    this.#next = align(4 * length);
  }

  /**
   * Undefined for float64, and where Node runs without WebAssembly or its memory is too small: there are plain loops for both.
   * @param atLeast rows that must be there at once; some when omitted
   * @param arrays bytes of the arrays that will be taken
   */
  static of(cells: Cells, width: number, arrays: number, atLeast = 0): RowLoops | undefined {
    if (!(cells instanceof Float32Array) || width === 0) return undefined;
    const some = 4 * Math.max(1, Math.ceil(ROWS_BYTES / (16 * width)));
    const rowsAtOnce = Math.max(some, 4 * Math.ceil(atLeast / 4));
    try {
      const loops = instantiate<Loops>("training", PAGE_BYTES + 4 * rowsAtOnce * width + arrays);
      return new RowLoops(loops, width, rowsAtOnce);
    } catch {
      return undefined;
    }
  }

  /** The address of so many bytes of memory, and the floats there. */
  float32(length: number): { readonly at: number; readonly values: Float32Array } {
    const at = this.#take(4 * length);
    return { at, values: new Float32Array(this.loops.memory.buffer, at, length) };
  }

  float64(length: number): { readonly at: number; readonly values: Float64Array } {
    const at = this.#take(8 * length);
    return { at, values: new Float64Array(this.loops.memory.buffer, at, length) };
  }

  int32(length: number): { readonly at: number; readonly values: Int32Array } {
    const at = this.#take(4 * length);
    return { at, values: new Int32Array(this.loops.memory.buffer, at, length) };
  }

  #take(bytes: number): number {
    const at = this.#next;
    this.#next = align(at + bytes);
    return at;
  }

  /**
   * Runs `work` on the rows [first, last), some at a time; they lie at address 0.
   * @param tail what stands after the last row, up to a multiple of four cells
   */
  read(cells: Cells, first: number, last: number, work: (rows: number) => void, tail = 0): void {
    const { width } = this;
    for (let row = first; row < last; row += this.#rowsAtOnce) {
      const until = Math.min(last, row + this.#rowsAtOnce);
      const size = (until - row) * width;
      this.#cells.set((cells as Float32Array).subarray(row * width, until * width));
      this.#cells.fill(tail, size, 4 * Math.ceil(size / 4));
      work(until - row);
    }
  }

  /** The same, and the rows are copied back. */
  change(cells: Cells, first: number, last: number, work: (rows: number) => void, tail = 0): void {
    const { width } = this;
    let row = first;
    this.read(
      cells,
      first,
      last,
      (rows) => {
        work(rows);
        cells.set(this.#cells.subarray(0, rows * width), row * width);
        row += rows;
      },
      tail,
    );
  }

  /** Bytes of so many rows, up to a multiple of 16. */
  bytesOf(rows: number): number {
    return 16 * Math.ceil((rows * this.width) / 4);
  }
}

function align(bytes: number): number {
  return 16 * Math.ceil(bytes / 16);
}
