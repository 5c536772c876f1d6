import type { Block, Extent, PanelKeys, Spans } from "./layout.js";
import { layOutBlock } from "./layout.js";
import type { Program } from "./program.js";
import { type Compat, Runner } from "./runner.js";
import type { NumericColumn } from "./table.js";

/** A column a program reads: one cell a panel row from `firstRow` on, or one a session (another instrument's series). */
export type PassColumn =
  | { readonly by: "row"; readonly cells: NumericColumn; readonly firstRow: number }
  | { readonly by: "session"; readonly cells: Float64Array };

/** One run of a program over all instruments. */
export interface Pass {
  readonly keys: PanelKeys;
  readonly spans: Spans;
  readonly extent: Extent;
  readonly program: Program;
  readonly compat: Compat;
  /** In the order of `program.columns`. */
  readonly columns: readonly PassColumn[];
}

/** Cells that a block's tiles of results should hold together: they are written once and read once, in L3. */
const TILE_CELLS = 6_000_000;
/** Fewer would write many cache lines of the results twice; more gain nothing. */
const LEAST_INSTRUMENTS = 64;
const MOST_INSTRUMENTS = 256;

/** How many instruments go into a block, so that its results stay in cache and a session's rows lie side by side. */
export function blockSize({ extent, program, keys }: Pass, least = LEAST_INSTRUMENTS): number {
  const sessions = Math.min(
    keys.sessionCount,
    extent.sessions.to - extent.sessions.from + extent.back + extent.ahead,
  );
  const fit = Math.floor(TILE_CELLS / (Math.max(1, sessions) * Math.max(1, program.rootCount)));
  const most = Math.max(least, Math.min(MOST_INSTRUMENTS, fit));
  // Of one size, and an even number of them: two threads come out together.
  const blocks = 2 * Math.ceil(keys.instrumentCount / most / 2);
  return Math.max(1, Math.ceil(keys.instrumentCount / blocks));
}

/** Runs blocks of instruments through the pass's program. */
export class PassRunner<Cells extends Float32Array | Float64Array> {
  readonly #pass: Pass;
  readonly #runner: Runner;
  #inputs: Float64Array[] = [];
  #results: Cells[] = [];
  #capacity = 0;
  readonly #make: (length: number) => Cells;

  /** @param make the type of the results' cells */
  constructor(pass: Pass, make: (length: number) => Cells) {
    this.#pass = pass;
    this.#make = make;
    this.#runner = new Runner(pass.program, pass.compat);
  }

  /** The block of `count` instruments from `first`, and each root's cells, valid until the next call. */
  compute(first: number, count: number): { block: Block; tiles: readonly Cells[] } {
    const { keys, spans, extent, columns, program } = this.#pass;
    const block = layOutBlock(keys, spans, extent, first, count);
    if (block.length > this.#capacity || this.#results.length === 0) {
      this.#capacity = block.length;
      this.#inputs = columns.map(() => new Float64Array(block.length));
      this.#results = Array.from({ length: program.rootCount }, () => this.#make(block.length));
    }
    for (const [at, column] of columns.entries()) gather(column, block, extent, this.#inputs[at]!);
    this.#runner.run(block, this.#inputs, (root, start, cells) =>
      copyCells(cells, this.#results[root]!, start),
    );
    return { block, tiles: this.#results };
  }
}

/** `out.set(cells, start)`; the engine's own is slow where the types differ. */
function copyCells(cells: Float64Array, out: Float32Array | Float64Array, start: number): void {
  for (let i = 0; i < cells.length; i++) out[start + i] = cells[i]!;
}

/** Lays a column out instrument by instrument. */
function gather(column: PassColumn, block: Block, { windows }: Extent, out: Float64Array): void {
  const { rows, cells, sessions, starts, origins, count, length } = block;
  if (column.by === "row") {
    const source = column.cells;
    if (rows.length < length) out.fill(Number.NaN, 0, length);
    const { firstRow } = column;
    for (let k = 0; k < rows.length; k++) out[cells[k]!] = source[rows[k]! - firstRow]!;
  } else if (windows === "calendar") {
    for (let j = 0; j < count; j++) {
      const n = starts[j + 1]! - starts[j]!;
      out.set(column.cells.subarray(origins[j]!, origins[j]! + n), starts[j]!);
    }
  } else for (let k = 0; k < rows.length; k++) out[cells[k]!] = column.cells[sessions[k]!]!;
}
