import {
  type Block,
  BlockLayout,
  type Extent,
  MOST_INSTRUMENTS,
  NO_CELL,
  type PanelKeys,
  type Spans,
} from "./layout.js";
import type { Program } from "./program.js";
import { type Compat, type Emit, Runner } from "./runner.js";
import type { NumericColumn } from "./table.js";

/** A column a program reads: one cell a panel row from `firstRow` on, or one a session (another instrument's series). */
export type PassColumn =
  | { readonly by: "row"; readonly cells: NumericColumn; readonly firstRow: number }
  | { readonly by: "session"; readonly cells: Float64Array };

/** One run of some programs over all instruments. */
export interface Pass {
  readonly keys: PanelKeys;
  readonly spans: Spans;
  readonly extent: Extent;
  readonly programs: readonly Program[];
  readonly compat: Compat;
  /** In the order of the programs' `columns`. */
  readonly columns: readonly PassColumn[];
}

/** Bytes that a block's columns and results should take together; larger blocks cost memory and gain nothing. */
const BLOCK_BYTES = 80_000_000;
/** A block's rows of a session lie side by side; each run of them waits for memory, so that runs should not be short. */
const LEAST_INSTRUMENTS = 64;

/**
 * How many instruments go into a block.
 * @param resultBytes of all results together, for one cell; those of the largest program as float32 when omitted
 */
export function blockSize({ extent, programs, keys, columns }: Pass, resultBytes?: number): number {
  const sessions = Math.min(
    keys.sessionCount,
    extent.sessions.to - extent.sessions.from + extent.back + extent.ahead,
  );
  const results = resultBytes ?? 4 * Math.max(1, ...programs.map(({ roots }) => roots.length));
  const fit = Math.floor(BLOCK_BYTES / (Math.max(1, sessions) * (results + 8 * columns.length)));
  const most = Math.max(LEAST_INSTRUMENTS, Math.min(MOST_INSTRUMENTS, fit));
  // Of one size, and an even number of them: two threads come out together.
  const blocks = 2 * Math.ceil(keys.instrumentCount / most / 2);
  return Math.max(1, Math.ceil(keys.instrumentCount / blocks));
}

/** Runs blocks of instruments through the pass's programs. */
export class PassRunner {
  readonly #pass: Pass;
  readonly #layout: BlockLayout;
  readonly #runners: readonly Runner[];
  #inputs: Float64Array[] = [];

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#layout = new BlockLayout(pass.keys, pass.spans, pass.extent);
    this.#runners = pass.programs.map((program) => new Runner(program, pass.compat));
  }

  /** The block of `count` instruments from `first`, its columns read for `compute`; valid until the next. */
  layOut(first: number, count: number): Block {
    const block = this.#layout.block(first, count);
    const { columns } = this.#pass;
    if (this.#inputs.length < columns.length || block.length > (this.#inputs[0]?.length ?? 0)) {
      this.#inputs = columns.map(() => new Float64Array(block.length));
    }
    for (const [at, column] of columns.entries()) gather(column, block, this.#inputs[at]!);
    return block;
  }

  /** Runs one of the programs over the block laid out last. */
  compute(program: number, block: Block, emit: Emit): void {
    this.#runners[program]!.run(block, this.#inputs, emit);
  }
}

/** Lays a column out instrument by instrument. */
function gather(column: PassColumn, block: Block, out: Float64Array): void {
  const { from, to, runStarts, runEnds, lanes, cells, starts, origins, count, length, rowCount } = block;
  if (column.by === "session") {
    if (!cells) {
      for (let j = 0; j < count; j++) {
        const n = starts[j + 1]! - starts[j]!;
        out.set(column.cells.subarray(origins[j]!, origins[j]! + n), starts[j]!);
      }
    } else {
      for (let s = from, k = 0; s < to; s++) {
        for (const last = k + runEnds[s - from]! - runStarts[s - from]!; k < last; k++) {
          if (cells[k]! !== NO_CELL) out[cells[k]!] = column.cells[s]!;
        }
      }
    }
    return;
  }
  const { cells: source, firstRow } = column;
  if (cells) {
    for (let s = from, k = 0; s < to; s++) {
      for (let row = runStarts[s - from]!; row < runEnds[s - from]!; row++, k++) {
        if (cells[k]! !== NO_CELL) out[cells[k]!] = source[row - firstRow]!;
      }
    }
    return;
  }
  if (rowCount < length) out.fill(Number.NaN, 0, length);
  const bases = new Int32Array(count);
  for (let j = 0; j < count; j++) bases[j] = starts[j]! - origins[j]!;
  for (let s = from, k = 0; s < to; s++) {
    for (let row = runStarts[s - from]! - firstRow; row < runEnds[s - from]! - firstRow; row++) {
      out[bases[lanes[k++]!]! + s] = source[row]!;
    }
  }
}
