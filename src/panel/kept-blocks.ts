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
/** What a block takes for each row, and at most for a cell of it. */
const [BYTES_PER_ROW, BYTES_PER_CELL] = [8, 8];
/** Rows up to which codes are read for it that are still in a file. */
const MOST_ROWS_TO_READ = 1 << 25;

/** A column's cells by instrument, a block at a time, and how many were fetched for histories before there was one. */
interface KeptCells {
  readonly cells: (Column | undefined)[];
  readonly fetched: Float64Array;
}

const blocksOf = new WeakMap<PanelIndex, KeptBlocks>();

/**
 * An index's second order, by instrument, and in it the cells of columns that lie in memory: what makes a history one run
 * of cells, which is shared, where each had to be fetched from a memory page of its own.
 *
 * The rows of some 256 instruments are kept laid out when those that were looked for have taken as long as that will, and
 * a column's cells when those that were fetched have, or when they are laid out for the second time: no use takes much
 * more than twice the time of the best. Rows take 8 bytes each, cells as much memory again as they have; but no more
 * than `canSpare` allows.
 */
export class KeptBlocks {
  readonly #index: PanelIndex;
  readonly #perBlock: number;
  readonly #blocks: (InstrumentBlock | undefined)[] = [];
  /** Sessions in which instruments of each block were looked for. */
  readonly #searched: Float64Array;
  readonly #cells = new WeakMap<Column, KeptCells>();

  private constructor(index: PanelIndex) {
    this.#index = index;
    this.#perBlock = instrumentsPerBlock(index);
    this.#searched = new Float64Array(Math.ceil(index.instruments.length / this.#perBlock));
  }

  /** Those of an index. */
  static of(index: PanelIndex): KeptBlocks {
    let blocks = blocksOf.get(index);
    if (!blocks) {
      blocks = new KeptBlocks(index);
      blocksOf.set(index, blocks);
    }
    return blocks;
  }

  /** All blocks in order, each made where it is not kept. */
  *all(): Generator<InstrumentBlock> {
    for (let at = 0; at < this.#searched.length; at++) yield this.#blocks[at] ?? this.#make(at);
  }

  /** The block of an instrument that is looked for in so many sessions, where it is kept or now pays. */
  blockFor(code: number, sessions: number): InstrumentBlock | undefined {
    const at = this.#at(code);
    const kept = this.#blocks[at];
    if (kept) return kept;
    this.#searched[at]! += sessions;
    if (this.#searched[at]! * ROWS_PER_SESSION < this.#rowsOf(at)) return undefined;
    this.#searched[at] = 0; // where there is no memory now, there may be later
    if (this.#canHold(at, 0)) this.#blocks[at] = this.#make(at);
    return this.#blocks[at];
  }

  /** A column's cells of a block's instruments. */
  cellsOf(column: Column, block: InstrumentBlock): Column {
    const at = this.#at(block.first);
    const { cells, fetched } = this.#ofColumn(column);
    if (cells[at]) return cells[at];
    const laid = layOut(column, block);
    const rows = block.rows.length;
    if (this.#pays(fetched, at, rows / CELLS_PER_CELL, rows)) {
      this.#blocks[at] ??= block;
      cells[at] = laid;
    }
    return laid;
  }

  /** Where the cells of some rows of an instrument, no row between them left out, may be had from. */
  laid(code: number, rows: Uint32Array): LaidRows {
    return { read: (column, first, last) => this.#read(column, code, rows.subarray(first, last)) };
  }

  /** A column's cells in such rows, where they are laid out or now pay. */
  #read(column: Column, code: number, rows: Uint32Array): ColumnData | undefined {
    if (rows.length === 0 || !column.loaded) return undefined;
    const at = this.#at(code);
    const { cells, fetched } = this.#ofColumn(column);
    if (!cells[at]) {
      if (!this.#pays(fetched, at, rows.length)) return undefined;
      this.#blocks[at] ??= this.#make(at);
      cells[at] = layOut(column, this.#blocks[at]);
    }
    const { first, starts, rows: all } = this.#blocks[at]!;
    const from = lowerBound(all, rows[0]!, starts[code - first]!, starts[code - first + 1]!);
    return cells[at].read(from, from + rows.length);
  }

  #at(code: number): number {
    return Math.floor(code / this.#perBlock);
  }

  #ofColumn(column: Column): KeptCells {
    let kept = this.#cells.get(column);
    if (!kept) {
      kept = { cells: [], fetched: new Float64Array(this.#searched.length) };
      this.#cells.set(column, kept);
    }
    return kept;
  }

  /** Whether a column's cells of a block, which has so many rows, are to be kept, before so many are fetched. */
  #pays(fetched: Float64Array, at: number, fetching: number, rows = this.#rowsOf(at)): boolean {
    const pays = fetched[at]! * CELLS_PER_CELL >= rows;
    fetched[at] = pays ? 0 : fetched[at]! + fetching; // where there is no memory now, there may be later
    return pays && this.#canHold(at, BYTES_PER_CELL);
  }

  /** The rows of a block, or about as many where it is not kept. */
  #rowsOf(at: number): number {
    return this.#blocks[at]?.rows.length ?? this.#index.rowCount / this.#searched.length;
  }

  /** Whether there is memory for a block, with so many bytes of cells a row. */
  #canHold(at: number, cellBytes: number): boolean {
    const { rowCount, holdsCodes } = this.#index;
    if (!holdsCodes && rowCount > MOST_ROWS_TO_READ) return false;
    const codeBytes = holdsCodes ? 0 : Int32Array.BYTES_PER_ELEMENT * rowCount;
    return canSpare((BYTES_PER_ROW + cellBytes) * this.#rowsOf(at) + codeBytes);
  }

  #make(at: number): InstrumentBlock {
    const first = at * this.#perBlock;
    return blockOf(this.#index, first, Math.min(first + this.#perBlock, this.#index.instruments.length));
  }
}

function layOut({ type, values, mask }: Column, block: InstrumentBlock): Column {
  return Column.of(type, laidOut(values, block), mask && laidOut(mask, block));
}
