import { type Arena, withArena } from "./arena.js";
import { type Pass, PassRunner } from "./pass.js";
import { tileCells, tileStride } from "./patch-layout.js";
import type { Emit } from "./runner.js";
import { joinedRuns } from "./runs.js";
import { tasksOf } from "./tasks.js";

/** A pass whose tasks are taken from a shared counter, by as many threads as there are. */
export interface PatchJob {
  readonly pass: Pass;
  readonly outputs: readonly Float32Array[];
  /** The panel row that cell 0 of each output stands for. */
  readonly firstRow: number;
  /** One cell: the next task that nobody has taken. */
  readonly counter: Int32Array;
}

/** Computes tasks until the counter has run through them. */
export function runPatches(job: PatchJob, onProgress?: (done: number, total: number) => void): void {
  withArena((arena) => runTasks(job, arena, onProgress));
}

function runTasks(
  { pass, outputs, firstRow, counter }: PatchJob,
  arena: Arena,
  onProgress?: (done: number, total: number) => void,
): void {
  const tasks = tasksOf(pass);
  const runner = new PassRunner(pass, arena);
  const { kernels } = arena;
  const most = Math.max(0, ...pass.programs.map(({ roots }) => roots.length));
  for (let at = Atomics.add(counter, 0, 1); at < tasks.length; at = Atomics.add(counter, 0, 1)) {
    const { first, count, sessions } = tasks[at]!;
    const patch = runner.layOut(first, count, sessions);
    const { pairs, wantedFrom, wantedTo, wantedRows, places, from } = patch;
    const runStarts = patch.runStarts.subarray(sessions.from - from, sessions.to - from);
    const runEnds = patch.runEnds.subarray(sessions.from - from, sessions.to - from);
    const bytes = 4 * tileCells(2 * pairs, wantedTo - wantedFrom);
    const tiles = arena.take(most * bytes);
    const rows = arena.take(4 * wantedRows);
    const stride = tileStride(2 * pairs);
    const laneStride = stride / Math.max(1, 2 * pairs);
    const emit: Emit = (root, pair, cells, divisor) => {
      const skip = 16 * wantedFrom;
      const tile = tiles + root * bytes + 2 * pair * laneStride;
      kernels.emit(cells + skip, divisor && divisor + skip, wantedTo - wantedFrom, tile, stride);
    };
    for (const [program, { roots }] of pass.programs.entries()) {
      runner.compute(program, patch, emit);
      for (const [at, root] of roots.entries()) {
        kernels.collect(tiles + at * bytes, places, wantedRows, rows);
        const cells = arena.float32(rows, wantedRows);
        let done = 0;
        for (const [begin, end] of joinedRuns(runStarts, runEnds)) {
          outputs[root]!.set(cells.subarray(done, done + end - begin), begin - firstRow);
          done += end - begin;
        }
      }
    }
    onProgress?.(at + 1, tasks.length);
  }
}
