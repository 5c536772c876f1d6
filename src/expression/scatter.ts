import type { Block } from "./layout.js";
import type { Pass } from "./pass.js";

/** Sessions that are turned from instrument by instrument into row by row at a time: their cells stay in L2. */
const SESSIONS_AT_ONCE = 64;

/** Results of a block below which finding the places in the stage costs more than it saves. */
const WORTH_A_STAGE = 6;

/** Writes a tile's wanted cells to their panel rows; `firstRow` is the row that out[0] stands for. */
export function scatter(block: Block, tile: Float64Array, firstRow: number, out: Float64Array): void {
  const { rows, cells, wantedFrom, wantedTo } = block;
  for (let k = wantedFrom; k < wantedTo; k++) out[rows[k]! - firstRow] = tile[cells[k]!]!;
}

/**
 * `scatter` for the many results of one block. In calendar windows some sessions at a time go through a small stage:
 * a tile is then read in stretches that the processor sees coming, where cell by cell it waits for as many places
 * in memory as there are instruments. 5.6 ns a value instead of 10 (64 instruments, two slow cores).
 */
export class BlockScatter {
  readonly #block: Block;
  /** The wanted rows, counted from the first one. */
  readonly #rows: Uint32Array;
  /** Of each of them, where its cell stands: in the stage, or where there is none in the tile. */
  readonly #places: Uint32Array;
  readonly #stage: Float32Array | undefined;
  /** The stages: each begins at a session and at an entry of `rows`; and the end of both. */
  readonly #sessionStarts: number[] = [];
  readonly #entryStarts: number[] = [];

  /** @param firstRow the panel row that cell 0 of each output stands for */
  constructor({ keys, extent, program }: Pass, block: Block, firstRow: number) {
    const { cells, first, count, wantedFrom, wantedTo } = block;
    this.#block = block;
    const rows = block.rows.subarray(wantedFrom, wantedTo);
    this.#rows = firstRow === 0 ? rows : rows.map((row) => row - firstRow);
    if (extent.windows === "rows" || program.rootCount < WORTH_A_STAGE) {
      this.#places = cells.subarray(wantedFrom, wantedTo);
      return;
    }
    const sessions = block.sessions.subarray(wantedFrom, wantedTo);
    this.#places = new Uint32Array(rows.length);
    this.#stage = new Float32Array(SESSIONS_AT_ONCE * count);
    let end = -1;
    for (let k = 0; k < rows.length; k++) {
      const session = sessions[k]!;
      if (session >= end) {
        this.#sessionStarts.push(session);
        this.#entryStarts.push(k);
        end = session + SESSIONS_AT_ONCE;
      }
      const line = session - end + SESSIONS_AT_ONCE;
      this.#places[k] = line * count + keys.codes[rows[k]!]! - first;
    }
    this.#entryStarts.push(rows.length);
  }

  write(tile: Float32Array, out: Float32Array): void {
    const stage = this.#stage;
    if (!stage) put(tile, this.#places, this.#rows, 0, this.#rows.length, out);
    else {
      for (const [i, session] of this.#sessionStarts.entries()) {
        fillStage(this.#block, session, session + SESSIONS_AT_ONCE, tile, stage);
        put(stage, this.#places, this.#rows, this.#entryStarts[i]!, this.#entryStarts[i + 1]!, out);
      }
    }
  }
}

/** out[rows[k]] = cells[places[k]] for k in [from, to). */
function put(
  cells: Float32Array,
  places: Uint32Array,
  rows: Uint32Array,
  from: number,
  to: number,
  out: Float32Array,
): void {
  for (let k = from; k < to; k++) out[rows[k]!] = cells[places[k]!]!;
}

/** stage[(session - from) * count + j] = instrument j's cell of that session, for the sessions [from, to). */
function fillStage(
  { starts, origins, count }: Block,
  from: number,
  to: number,
  tile: Float32Array,
  stage: Float32Array,
): void {
  for (let j = 0; j < count; j++) {
    const base = starts[j]! - origins[j]!;
    const end = Math.min(base + to, starts[j + 1]!);
    let at = Math.max(base + from, starts[j]!);
    for (let place = (at - base - from) * count + j; at < end; place += count) stage[place] = tile[at++]!;
  }
}
