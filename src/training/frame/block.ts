import { DataServiceError } from "../../errors.js";
import { announceSharedMemory } from "../../shared-memory.js";

/** Cells of a block, row after row. */
export type Cells = Float32Array | Float64Array;
/** The type of the cells that models take. */
export type CellsType = "float32" | "float64";

/** Longer typed arrays are not to be had in Node 20. */
const MOST_CELLS = 2 ** 32 - 1;

/** Cells that several threads can see, all 0; memory is taken as they are written. @throws DataServiceError over-budget */
export function newCells(type: CellsType, count: number, what: string): Cells {
  const bytes = count * (type === "float32" ? 4 : 8);
  if (count <= MOST_CELLS) {
    try {
      announceSharedMemory(bytes);
      const memory = new SharedArrayBuffer(bytes);
      return type === "float32" ? new Float32Array(memory) : new Float64Array(memory);
    } catch {
      // told of below
    }
  }
  const gigabytes = (bytes / 2 ** 30).toFixed(1);
  throw new DataServiceError(
    "over-budget",
    `${what} takes ${gigabytes} GiB, more than one array or this machine holds; ask for fewer columns, instruments or sessions`,
    { count: bytes },
  );
}

/**
 * The columns of one group as one row-major matrix: `cells[row * width + column]`, all of one type, as qlib's processors
 * see `df[group]`. Some rows of another block's matrix may be a block as well, without a copy; cells that two blocks have
 * are copied when one of them is written to.
 */
export class Block {
  readonly names: readonly string[];
  readonly type: CellsType;
  #cells: Cells;
  #rows: Uint32Array | undefined;
  #isShared = false;

  constructor(names: readonly string[], cells: Cells, rows?: Uint32Array) {
    this.names = names;
    this.type = cells instanceof Float32Array ? "float32" : "float64";
    this.#cells = cells;
    this.#rows = rows;
  }

  get width(): number {
    return this.names.length;
  }

  get rowCount(): number {
    return this.#rows?.length ?? (this.width === 0 ? 0 : this.#cells.length / this.width);
  }

  /** The same rows and columns over the same cells. */
  share(): Block {
    const other = new Block(this.names, this.#cells, this.#rows);
    this.#isShared = true;
    other.#isShared = true;
    return other;
  }

  /** Some rows, ascending: moved together where the cells are this block's own, else seen through their numbers. */
  keepRows(rows: Uint32Array): Block {
    if (this.#isShared || this.#rows) {
      const own = this.#rows;
      const kept = new Block(this.names, this.#cells, own ? rows.map((row) => own[row]!) : rows);
      kept.#isShared = this.#isShared;
      return kept;
    }
    const { width } = this;
    for (let to = 0; to < rows.length; to++) {
      const from = rows[to]! * width;
      if (from !== to * width) this.#cells.copyWithin(to * width, from, from + width);
    }
    return new Block(this.names, this.#cells.subarray(0, rows.length * width));
  }

  /** Some columns, in the order given. */
  keepColumns(columns: readonly number[]): Block {
    const { width } = this;
    const [from, to] = [
      this.cells(),
      newCells(this.type, this.rowCount * columns.length, "the columns kept"),
    ];
    for (let row = 0, at = 0; row < this.rowCount; row++) {
      for (let c = 0; c < columns.length; c++) to[at++] = from[row * width + columns[c]!]!;
    }
    return new Block(
      columns.map((column) => this.names[column]!),
      to,
    );
  }

  /** The matrix, row after row without a gap; not to be written to. */
  cells(): Cells {
    if (this.#rows) this.#own();
    return this.#cells;
  }

  /** The matrix to write to; what other blocks see of it stays as it is. */
  writable(): Cells {
    if (this.#rows || this.#isShared) this.#own();
    return this.#cells;
  }

  /** The matrix that holds this block's rows, and the row there of each; all of them in order where `rows` is undefined. */
  stored(): { readonly cells: Cells; readonly rows: Uint32Array | undefined } {
    return { cells: this.#cells, rows: this.#rows };
  }

  /** One column's cells, as a copy. */
  column(column: number): Cells {
    const { width } = this;
    const { cells, rows } = this.stored();
    const out = this.type === "float32" ? new Float32Array(this.rowCount) : new Float64Array(this.rowCount);
    if (rows) for (let i = 0; i < out.length; i++) out[i] = cells[rows[i]! * width + column]!;
    else for (let i = 0, at = column; i < out.length; i++, at += width) out[i] = cells[at]!;
    return out;
  }

  #own(): void {
    const { width } = this;
    const copy = newCells(this.type, this.rowCount * width, "a copy of these rows");
    if (this.#rows) {
      for (let i = 0; i < this.#rows.length; i++) {
        const from = this.#rows[i]! * width;
        copy.set(this.#cells.subarray(from, from + width), i * width);
      }
    } else copy.set(this.#cells);
    this.#cells = copy;
    this.#rows = undefined;
    this.#isShared = false;
  }
}
