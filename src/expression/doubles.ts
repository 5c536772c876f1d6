import { type Arena, withArena } from "./arena.js";
import type { SessionRange } from "./layout.js";
import { type Pass, PassRunner } from "./pass.js";
import type { Patch } from "./patch-layout.js";
import { type Task, tasksOf } from "./tasks.js";

/** What a later pass reads is kept as it was computed, in float64; few values take this way. */
class Doubles {
  readonly #pass: Pass;
  readonly #arena: Arena;
  readonly #runner: PassRunner;

  constructor(pass: Pass, arena: Arena) {
    this.#pass = pass;
    this.#arena = arena;
    this.#runner = new PassRunner(pass, arena);
  }

  /** The cells of each root, laid out as the patch's columns are. */
  compute({ first, count, sessions }: Task): { patch: Patch; cells: Uint32Array; series: Float64Array[] } {
    const patch = this.#runner.layOut(first, count, sessions);
    const { n, pairs } = patch;
    const arena = this.#arena;
    const roots = this.#pass.programs.flatMap((program) => program.roots);
    const bytes = 16 * pairs * n;
    const results = arena.take(roots.length * bytes);
    for (const [program, own] of this.#pass.programs.entries()) {
      this.#runner.compute(program, patch, (at, pair, cells, divisor) => {
        arena.kernels.take(cells, divisor, n, results + own.roots[at]! * bytes + 16 * pair * n);
      });
    }
    const cells = arena.uint32(patch.cells, patch.rowCount);
    return {
      patch,
      cells,
      series: roots.map((_, root) => arena.float64(results + root * bytes, 2 * pairs * n)),
    };
  }
}

/** Computes the pass's roots for all instruments, a cell a panel row. */
export function runInDouble(pass: Pass, outputs: readonly Float64Array[]): void {
  withArena((arena) => {
    const doubles = new Doubles(pass, arena);
    for (const task of tasksOf(pass, 8 * outputs.length)) {
      const { patch, cells, series } = doubles.compute(task);
      for (const [root, own] of series.entries()) toRows(patch, task.sessions, cells, own, outputs[root]!);
    }
  });
}

function toRows(
  { from, runStarts, runEnds, skipped }: Patch,
  sessions: SessionRange,
  cells: Uint32Array,
  series: Float64Array,
  out: Float64Array,
): void {
  let at = skipped;
  for (let s = sessions.from; s < sessions.to; s++) {
    for (let row = runStarts[s - from]!; row < runEnds[s - from]!; row++) out[row] = series[cells[at++]!]!;
  }
}

/** The pass's only root for one instrument: a cell a session, NaN where it has none. */
export function sessionsInDouble(pass: Pass, code: number): Float64Array {
  return withArena((arena) => sessionsOf(pass, code, new Doubles(pass, arena)));
}

function sessionsOf(pass: Pass, code: number, doubles: Doubles): Float64Array {
  const out = new Float64Array(pass.keys.sessionCount).fill(Number.NaN);
  const { sessions } = pass.extent;
  const { patch, cells, series } = doubles.compute({ first: code, count: 1, sessions });
  const { from, runStarts, runEnds, skipped, starts, ends } = patch;
  if (patch.pairs === 0) return out;
  if (pass.extent.windows === "calendar") {
    for (let k = starts[0]!; k < ends[0]!; k++) out[from + k] = series[0]![2 * k]!;
    return out;
  }
  for (let s = sessions.from, at = skipped; s < sessions.to; s++) {
    if (runEnds[s - from]! > runStarts[s - from]!) out[s] = series[0]![cells[at++]!]!;
  }
  return out;
}
