import { type Block, NO_CELL } from "./layout.js";
import { blockSize, type Pass, PassRunner } from "./pass.js";

/** What a later pass reads is kept as it was computed, in float64; few values take this way. */
class Doubles {
  readonly #pass: Pass;
  readonly #runner: PassRunner;

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#runner = new PassRunner(pass);
  }

  /** The cells of each root, laid out as the block is. */
  compute(first: number, count: number): { block: Block; series: Float64Array[] } {
    const block = this.#runner.layOut(first, count);
    const series: Float64Array[] = [];
    for (const [program, { roots }] of this.#pass.programs.entries()) {
      for (const root of roots) series[root] = new Float64Array(block.length);
      this.#runner.compute(program, block, (at, j, n, cells, divisor) => {
        const into = series[roots[at]!]!.subarray(block.starts[j]!, block.starts[j]! + n);
        into.set(cells.subarray(0, n));
        if (divisor) for (let i = 0; i < n; i++) into[i] = into[i]! / divisor[i]!;
      });
    }
    return { block, series };
  }
}

/** Computes the pass's roots for all instruments, a cell a panel row. */
export function runInDouble(pass: Pass, outputs: readonly Float64Array[]): void {
  const doubles = new Doubles(pass);
  const total = pass.keys.instrumentCount;
  const size = blockSize(pass, 8 * outputs.length);
  for (let first = 0; first < total; first += size) {
    const { block, series } = doubles.compute(first, Math.min(size, total - first));
    for (const [root, cells] of series.entries()) toRows(block, cells, outputs[root]!);
  }
}

function toRows(block: Block, cells: Float64Array, out: Float64Array): void {
  const { from, to, runStarts, runEnds } = block;
  for (let s = from, k = 0; s < to; s++) {
    for (let row = runStarts[s - from]!; row < runEnds[s - from]!; row++, k++) {
      const cell = cellOf(block, k, s);
      if (cell !== NO_CELL) out[row] = cells[cell]!;
    }
  }
}

/** The cell of the block's row k, which is of session s. */
function cellOf({ cells, lanes, starts, origins }: Block, k: number, s: number): number {
  if (cells) return cells[k]!;
  const j = lanes[k]!;
  return starts[j]! - origins[j]! + s;
}

/** The pass's only root for one instrument: a cell a session, NaN where it has none. */
export function sessionsInDouble(pass: Pass, code: number): Float64Array {
  const out = new Float64Array(pass.keys.sessionCount).fill(Number.NaN);
  const { block, series } = new Doubles(pass).compute(code, 1);
  if (!block.cells) {
    out.set(series[0]!, block.origins[0]!);
    return out;
  }
  for (let s = block.from, k = 0; s < block.to; s++) {
    const hasRow = block.runEnds[s - block.from]! > block.runStarts[s - block.from]!;
    if (hasRow) out[s] = series[0]![block.cells[k++]!]!;
  }
  return out;
}
