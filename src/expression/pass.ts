import type { Arena } from "./arena.js";
import type { Address } from "./kernels.js";
import type { Extent, PanelKeys, SessionRange, Spans } from "./layout.js";
import { type Patch, PatchLayout } from "./patch-layout.js";
import type { Program } from "./program.js";
import { type Compat, type Emit, Runner } from "./runner.js";
import { copyRuns } from "./runs.js";
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

/** Bytes of a pair of float64. */
const PAIR = 16;

/** Lays patches of instruments out in the kernels' memory and runs the pass's programs over them. */
export class PassRunner {
  readonly #pass: Pass;
  readonly #arena: Arena;
  readonly #layout: PatchLayout;
  readonly #runners: readonly Runner[];
  #inputs: Address[] = [];

  constructor(pass: Pass, arena: Arena) {
    this.#pass = pass;
    this.#arena = arena;
    this.#layout = new PatchLayout(pass.keys, pass.spans, pass.extent, arena);
    this.#runners = pass.programs.map((program) => new Runner(program, pass.compat, arena));
  }

  /** The patch of `count` instruments from `first`, its columns read for `compute`; valid until the next. */
  layOut(first: number, count: number, sessions: SessionRange): Patch {
    const arena = this.#arena;
    arena.rewind();
    const patch = this.#layout.patch(first, count, sessions);
    const rows = arena.take(8 * patch.rowCount);
    this.#inputs = this.#pass.columns.map((column) => {
      const into = arena.take(PAIR * (patch.pairs * patch.n + 1));
      if (column.by === "session") this.#spread(column.cells, patch, into);
      else this.#gather(column, patch, rows, into);
      return into;
    });
    return patch;
  }

  /** Runs one of the programs over the patch laid out last. */
  compute(program: number, patch: Patch, emit: Emit): void {
    const mark = this.#arena.mark;
    this.#runners[program]!.run(patch, this.#inputs, emit);
    this.#arena.rewind(mark);
  }

  /** Lays a column of panel rows out as series. */
  #gather(
    { cells: source, firstRow }: Extract<PassColumn, { by: "row" }>,
    { pairs, n, runStarts, runEnds, rowCount, cells, isFull }: Patch,
    rows: Address,
    into: Address,
  ): void {
    const arena = this.#arena;
    const { kernels } = arena;
    if (!isFull) arena.float64(into, 2 * pairs * n).fill(Number.NaN);
    const isSingle = source instanceof Float32Array;
    const staged = isSingle ? arena.float32(rows, rowCount) : arena.float64(rows, rowCount);
    copyRuns(source, firstRow, runStarts, runEnds, staged);
    if (isSingle) kernels.layOutSingle(rows, cells, rowCount, into);
    else kernels.layOutDouble(rows, cells, rowCount, into);
  }

  /** Lays a series of one cell a session out for every lane: at its positions, or at those of its rows. */
  #spread(source: Float64Array, patch: Patch, into: Address): void {
    const { pairs, n, from, starts, ends, runStarts, runEnds, rowCount } = patch;
    const cells = this.#arena.uint32(patch.cells, rowCount);
    const out = this.#arena.float64(into, 2 * (pairs * n + 1)).fill(Number.NaN);
    if (this.#pass.extent.windows === "rows") {
      for (let i = 0, row = 0; i < runStarts.length; i++) {
        for (let at = runStarts[i]!; at < runEnds[i]!; at++) out[cells[row++]!] = source[from + i]!;
      }
      return;
    }
    for (let lane = 0; lane < starts.length; lane++) {
      const base = 2 * (lane >> 1) * n + (lane & 1);
      for (let k = starts[lane]!; k < ends[lane]!; k++) out[base + 2 * k] = source[from + k]!;
    }
  }
}
