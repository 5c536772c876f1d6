import type { Column, ContiguousCells } from "../../columns/column.js";
import type { ColumnData } from "../../columns/table.js";
import { lowerBound } from "../../search.js";
import type { PanelIndex } from "../panel-index.js";
import { BlockLayout } from "./block-layout.js";
import { blockOf, type InstrumentBlock, instrumentsPerBlock, runsOf } from "./instrument-blocks.js";
import { canSpare } from "./spare-memory.js";

/** A cell fetched for one history takes at least as long as so many that are laid out together. */
const CELLS_PER_CELL = 4;
/** To find an instrument's row in one session takes as long as to lay out so many rows. */
const ROWS_PER_SESSION = 16;
/** Above so many rows, codes that are not in memory as Int32 are not read to count a block. */
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
 * more than twice the time of the best. Rows take 4 bytes each, cells as much memory again as they have; but no more
 * than `canSpare` allows.
 */
export class KeptBlocks {
  readonly #index: PanelIndex;
  readonly #perBlock: number;
  readonly #blocks: (InstrumentBlock | undefined)[] = [];
  /** The rows of each block; -1 where they were not counted yet. */
  readonly #rowCounts: Float64Array;
  /** Sessions in which instruments of each block were looked for. */
  readonly #searched: Float64Array;
  readonly #cells = new WeakMap<Column, KeptCells>();
  /** The last one used, until the call stack is empty. */
  #layout: BlockLayout | undefined;

  private constructor(index: PanelIndex) {
    this.#index = index;
    this.#perBlock = instrumentsPerBlock(index);
    const count = Math.ceil(index.instruments.length / this.#perBlock);
    this.#rowCounts = new Float64Array(count).fill(-1);
    this.#searched = new Float64Array(count);
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
  *all(): Generator<BlockLayout> {
    for (let at = 0; at < this.#searched.length; at++) {
      yield new BlockLayout(this.#index, this.#blocks[at] ?? this.#make(at));
    }
  }

  /** A column's cells of a block's instruments. */
  cellsOf(column: Column, layout: BlockLayout): Column {
    const { first, rows } = layout.block;
    const at = this.#at(first);
    const { cells, fetched } = this.#ofColumn(column);
    if (cells[at]) return cells[at];
    const laid = layout.lay(column);
    const pays = fetched[at]! * CELLS_PER_CELL >= rows.length; // so does a second loop
    fetched[at]! += rows.length / CELLS_PER_CELL;
    if (pays && this.#canKeep(at, column)) {
      this.#blocks[at] ??= layout.block;
      cells[at] = laid;
    }
    return laid;
  }

  /** The block of an instrument that is looked for in so many sessions, where it is kept or now pays. */
  blockFor(code: number, sessions: number): InstrumentBlock | undefined {
    const at = this.#at(code);
    const kept = this.#blocks[at];
    if (kept) return kept;
    const pays = this.#exceeds(at, ROWS_PER_SESSION * this.#searched[at]!);
    this.#searched[at] = pays ? 0 : this.#searched[at]! + sessions; // where memory is refused, it is asked for after as much again
    if (pays && this.#canKeep(at)) this.#blocks[at] = this.#make(at);
    return this.#blocks[at];
  }

  /** Where the cells of some rows of an instrument, no row between them left out, may be had from. */
  laid(code: number, rows: Uint32Array): ContiguousCells {
    return { read: (column, first, last) => this.#read(column, code, rows.subarray(first, last)) };
  }

  /** A column's cells in such rows, where they are laid out or now pay. */
  #read(column: Column, code: number, rows: Uint32Array): ColumnData | undefined {
    if (rows.length === 0 || !column.loaded) return undefined;
    const at = this.#at(code);
    const cells = this.#ofColumn(column).cells[at] ?? this.#layWhenItPays(column, at, rows.length);
    if (!cells) return undefined;
    const { first, starts, rows: all } = this.#blocks[at]!;
    const [start, end] = [starts[code - first]!, starts[code - first + 1]!];
    const from = lowerBound(all, rows[0]!, start, end);
    const found = cells.read(from, from + rows.length);
    return rows.length === end - start ? found : copyOf(found); // a few bars should not hold a block in memory
  }

  #layWhenItPays(column: Column, at: number, fetching: number): Column | undefined {
    const { cells, fetched } = this.#ofColumn(column);
    const pays = this.#exceeds(at, CELLS_PER_CELL * fetched[at]!);
    fetched[at] = pays ? 0 : fetched[at]! + fetching;
    if (!pays || !this.#canKeep(at, column)) return undefined;
    this.#blocks[at] ??= this.#make(at);
    cells[at] = this.#layoutOf(this.#blocks[at]).lay(column);
    return cells[at];
  }

  /** A block's layout, which the panel's other columns share if they are read with this one: it takes 8 bytes a row. */
  #layoutOf(block: InstrumentBlock): BlockLayout {
    if (this.#layout?.block === block) return this.#layout;
    this.#layout = new BlockLayout(this.#index, block);
    queueMicrotask(() => {
      this.#layout = undefined;
    });
    return this.#layout;
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

  /**
   * Whether something is at least as much as a block has rows: these are counted when it is as much as blocks have on
   * average, if they can be.
   */
  #exceeds(at: number, rows: number): boolean {
    const { rowCount } = this.#index;
    if (this.#rowCounts[at]! < 0) {
      if (rows < rowCount / this.#rowCounts.length) return false;
      if (!this.#canReadCodes()) return true;
      this.#rowCounts[at] = runsOf(this.#index, ...this.#range(at)).rowCount;
    }
    return rows >= this.#rowCounts[at]!;
  }

  #canReadCodes(): boolean {
    const { rowCount, holdsCodes } = this.#index;
    if (holdsCodes) return true;
    return rowCount <= MOST_ROWS_TO_READ && canSpare(Int32Array.BYTES_PER_ELEMENT * rowCount);
  }

  /** Whether a block's rows could be counted, and there is memory for it and a column's cells in it. */
  #canKeep(at: number, column?: Column): boolean {
    if (this.#rowCounts[at]! < 0) return false;
    const block = this.#blocks[at] ? 0 : Uint32Array.BYTES_PER_ELEMENT;
    const cells = column ? bytesPerCell(column) : 0;
    return canSpare((block + cells) * this.#rowCounts[at]!);
  }

  #range(at: number): [first: number, last: number] {
    const first = at * this.#perBlock;
    return [first, Math.min(first + this.#perBlock, this.#index.instruments.length)];
  }

  #make(at: number): InstrumentBlock {
    const [first, last] = this.#range(at);
    const runs = runsOf(this.#index, first, last);
    this.#rowCounts[at] = runs.rowCount;
    return blockOf(this.#index, first, last, runs);
  }
}

function copyOf({ values, mask }: ColumnData): ColumnData {
  return mask ? { values: values.slice(), mask: mask.slice() } : { values: values.slice() };
}

function bytesPerCell({ values, mask }: Column): number {
  const pointer = 8;
  return (Array.isArray(values) ? pointer : values.BYTES_PER_ELEMENT) + (mask ? 1 : 0);
}
