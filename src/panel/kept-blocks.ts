import type { ColumnData } from "../formats/table.js";
import { lowerBound } from "../search.js";
import { Column } from "./column.js";
import { blockOf, type InstrumentBlock, instrumentsPerBlock, laidOut } from "./instrument-blocks.js";
import type { PanelIndex } from "./panel-index.js";
import type { LaidRows } from "./picked-rows.js";
import { canSpare } from "./spare-memory.js";

/** A cell fetched for one history takes as long as so many that are laid out together, or longer. */
const CELLS_PER_CELL = 4;
/** To find an instrument's row in one session takes as long as to lay out so many rows. */
const ROWS_PER_SESSION = 16;
/** Rows up to which codes are read for it that are still in a file. */
const MOST_ROWS_TO_READ = 1 << 25;

/** A column's cells by instrument, a block at a time, and how many were fetched for histories before there was one. */
interface KeptCells {
  readonly blocks: (Column | undefined)[];
  readonly fetched: Float64Array;
}

/**
 * An index's second order, by instrument, and in it the cells of columns that lie in memory: what makes a history one run
 * of cells, which is shared, where each had to be fetched from a memory page of its own.
 *
 * The rows of some 256 instruments are laid out when those that were looked for have taken as long as that will, and a
 * column's cells when those that were fetched have, so that no use takes much more than twice the time of the best. Rows
 * take 8 bytes each, cells as much memory again as they have; but no more than `canSpare` allows.
 */
export class KeptBlocks {
  readonly #index: PanelIndex;
  readonly #perBlock: number;
  readonly #blocks: (InstrumentBlock | undefined)[] = [];
  /** Sessions in which instruments of each block were looked for. */
  readonly #searched: Float64Array;
  readonly #cells = new WeakMap<Column, KeptCells>();

  constructor(index: PanelIndex) {
    this.#index = index;
    this.#perBlock = instrumentsPerBlock(index);
    this.#searched = new Float64Array(Math.ceil(index.instruments.length / this.#perBlock));
  }

  /** The block of an instrument that is looked for in so many sessions, where it is kept or now pays. */
  blockOf(code: number, sessions: number): InstrumentBlock | undefined {
    const at = this.#at(code);
    const kept = this.#blocks[at];
    if (kept) return kept;
    this.#searched[at]! += sessions;
    if (this.#searched[at]! * ROWS_PER_SESSION < this.#rowsOf(at)) return undefined;
    this.#searched[at] = 0; // where there is no memory now, there may be later
    return this.#canHold(at, 0) ? this.#blockAt(at) : undefined;
  }

  /** Where the cells of some rows of an instrument, no row between them left out, may be had from. */
  laid(code: number, rows: Uint32Array): LaidRows {
    return { read: (column, first, last) => this.#read(column, code, rows.subarray(first, last)) };
  }

  /** A column's cells in such rows, where they are laid out or now pay. */
  #read(column: Column, code: number, rows: Uint32Array): ColumnData | undefined {
    if (rows.length === 0 || column.type === "string" || !column.loaded) return undefined;
    const at = this.#at(code);
    const cells = this.#cellsOf(column);
    cells.blocks[at] ??= this.#lay(column, cells.fetched, at, rows.length);
    if (!cells.blocks[at]) return undefined;
    const { first, starts, rows: all } = this.#blocks[at]!;
    const from = lowerBound(all, rows[0]!, starts[code - first]!, starts[code - first + 1]!);
    return cells.blocks[at].read(from, from + rows.length);
  }

  #at(code: number): number {
    return Math.floor(code / this.#perBlock);
  }

  #cellsOf(column: Column): KeptCells {
    let cells = this.#cells.get(column);
    if (!cells) {
      cells = { blocks: [], fetched: new Float64Array(this.#searched.length) };
      this.#cells.set(column, cells);
    }
    return cells;
  }

  #lay(column: Column, fetched: Float64Array, at: number, fetching: number): Column | undefined {
    fetched[at]! += fetching;
    if (fetched[at]! * CELLS_PER_CELL < this.#rowsOf(at)) return undefined;
    fetched[at] = 0;
    if (!this.#canHold(at, 8)) return undefined;
    const { type, values, mask } = column;
    const block = this.#blockAt(at);
    return Column.of(type, laidOut(values, block), mask && laidOut(mask, block));
  }

  /** The rows of a block, or about as many where it is not laid out. */
  #rowsOf(at: number): number {
    return this.#blocks[at]?.rows.length ?? this.#index.rowCount / this.#searched.length;
  }

  /** Whether there is memory for a block, with so many bytes of cells a row. */
  #canHold(at: number, cellBytes: number): boolean {
    const { rowCount, holdsCodes } = this.#index;
    if (!holdsCodes && rowCount > MOST_ROWS_TO_READ) return false;
    const codeBytes = holdsCodes ? 0 : Int32Array.BYTES_PER_ELEMENT * rowCount;
    return canSpare((8 + cellBytes) * this.#rowsOf(at) + codeBytes);
  }

  #blockAt(at: number): InstrumentBlock {
    const first = at * this.#perBlock;
    const last = Math.min(first + this.#perBlock, this.#index.instruments.length);
    this.#blocks[at] ??= blockOf(this.#index, first, last);
    return this.#blocks[at];
  }
}
