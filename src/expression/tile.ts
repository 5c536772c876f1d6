import { type Block, NO_CELL, type SessionRange } from "./layout.js";

/**
 * The results of a block of instruments, on their way from series to panel rows. All are float32: loops that have
 * seen a second type of array are slower (Alpha158 after a cross-section: 30.5 ns a value, 28.2 so).
 */
export abstract class Tile {
  protected readonly wanted: SessionRange;
  protected readonly tiles: Float32Array[];

  /** @param wanted the sessions whose rows are written */
  constructor(roots: number, wanted: SessionRange) {
    this.wanted = wanted;
    this.tiles = Array.from({ length: roots }, () => new Float32Array(0));
  }

  /** Makes room for the results of a block. */
  begin(block: Block): void {
    const length = this.enter(block);
    for (const [root, tile] of this.tiles.entries()) {
      if (tile.length < length) this.tiles[root] = new Float32Array(length);
    }
  }

  /** Turns to a block and gives the number of cells that each of its results takes. */
  protected abstract enter(block: Block): number;
  /** Takes the first `n` cells of a root of the block's instrument j, divided by `divisor` where there is one. */
  abstract put(
    root: number,
    j: number,
    n: number,
    cells: Float64Array,
    divisor: Float64Array | undefined,
  ): void;
  /** Writes a root's cells of the wanted sessions to their panel rows; `firstRow` is the row that out[0] stands for. */
  abstract scatter(root: number, firstRow: number, out: Float32Array): void;
}

/** Sessions that lie together in a SessionTile. */
const GROUP = 64;
const SHIFT = 6;

/**
 * Calendar windows: some sessions of all instruments lie together, [group of sessions][instrument][session]. A
 * series is written in stretches of `GROUP` cells, and rows are read from one small part (45 KB in Alpha158); with
 * whole series side by side every cell of a row waits for memory (10 ns a value instead of 5.5, Alpha158).
 */
export class SessionTile extends Tile {
  #block: Block | undefined;
  /** The sessions of the block that are wanted. */
  #from = 0;
  #to = 0;
  /** Where in the block's `lanes` the rows of session `from` begin. */
  #skipped = 0;

  protected enter(block: Block): number {
    this.#block = block;
    this.#from = Math.max(block.from, this.wanted.from);
    this.#to = Math.max(this.#from, Math.min(block.to, this.wanted.to));
    this.#skipped = rowsBefore(block, this.#from);
    return Math.ceil((this.#to - this.#from) / GROUP) * GROUP * block.count;
  }

  put(root: number, j: number, n: number, cells: Float64Array, divisor: Float64Array | undefined): void {
    const block = this.#block!;
    const tile = this.tiles[root]!;
    const origin = block.origins[j]!;
    const end = Math.min(origin + n, this.#to);
    for (let s = Math.max(origin, this.#from); s < end; ) {
      const at = s - this.#from;
      const within = at & (GROUP - 1);
      const stop = Math.min(end, s + GROUP - within);
      const into = (at - within) * block.count + j * GROUP + within;
      if (divisor) divideCells(cells, divisor, s - origin, stop - origin, tile, into);
      else copyCells(cells, s - origin, stop - origin, tile, into);
      s = stop;
    }
  }

  scatter(root: number, firstRow: number, out: Float32Array): void {
    const { count, from, runStarts, runEnds, lanes } = this.#block!;
    const tile = this.tiles[root]!;
    let k = this.#skipped;
    for (let s = this.#from; s < this.#to; s++) {
      const at = s - this.#from;
      const within = at & (GROUP - 1);
      const start = runStarts[s - from]! - firstRow;
      const rows = runEnds[s - from]! - runStarts[s - from]!;
      copyRun(tile, (at - within) * count + within, lanes, k, rows, out, start);
      k += rows;
    }
  }
}

/** Row windows: the series one after another, as the block has them. */
export class RowTile extends Tile {
  #block: Block | undefined;

  protected enter(block: Block): number {
    this.#block = block;
    return block.length;
  }

  put(root: number, j: number, n: number, cells: Float64Array, divisor: Float64Array | undefined): void {
    const into = this.#block!.starts[j]!;
    if (divisor) divideCells(cells, divisor, 0, n, this.tiles[root]!, into);
    else copyCells(cells, 0, n, this.tiles[root]!, into);
  }

  scatter(root: number, firstRow: number, out: Float32Array): void {
    const { from, to, runStarts, runEnds, cells } = this.#block!;
    const tile = this.tiles[root]!;
    const first = Math.max(from, this.wanted.from);
    let k = rowsBefore(this.#block!, first);
    for (let s = first; s < Math.min(to, this.wanted.to); s++) {
      for (let row = runStarts[s - from]!; row < runEnds[s - from]!; row++) {
        const cell = cells![k++]!;
        if (cell !== NO_CELL) out[row - firstRow] = tile[cell]!;
      }
    }
  }
}

/** How many of a block's rows lie before a session. */
function rowsBefore({ from, to, runStarts, runEnds }: Block, session: number): number {
  let rows = 0;
  for (let s = from; s < Math.min(session, to); s++) rows += runEnds[s - from]! - runStarts[s - from]!;
  return rows;
}

/** into[at ...] = cells[from, to); the engine's own `set` is slow where the types differ. */
function copyCells(cells: Float64Array, from: number, to: number, into: Float32Array, at: number): void {
  for (let i = from; i < to; i++) into[at++] = cells[i]!;
}

/** into[at ...] = cells[from, to) / divisor[from, to). */
function divideCells(
  cells: Float64Array,
  divisor: Float64Array,
  from: number,
  to: number,
  into: Float32Array,
  at: number,
): void {
  for (let i = from; i < to; i++) into[at++] = cells[i]! / divisor[i]!;
}

/** The cells of one session's rows: out[start + i] = tile[base + lanes[first + i] * GROUP]. */
function copyRun(
  tile: Float32Array,
  base: number,
  lanes: Uint16Array,
  first: number,
  rows: number,
  out: Float32Array,
  start: number,
): void {
  for (let i = 0; i < rows; i++) out[start + i] = tile[base + (lanes[first + i]! << SHIFT)]!;
}
