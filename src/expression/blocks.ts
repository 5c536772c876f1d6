import { blockSize, type Pass, PassRunner } from "./pass.js";
import type { Emit } from "./runner.js";
import { RowTile, SessionTile } from "./tile.js";

/** A pass whose blocks of instruments are taken from a shared counter, by as many threads as there are. */
export interface BlockJob {
  readonly pass: Pass;
  readonly outputs: readonly Float32Array[];
  /** The panel row that cell 0 of each output stands for. */
  readonly firstRow: number;
  /** One cell: the next instrument that nobody has taken. */
  readonly counter: Int32Array;
}

/** Computes blocks until the counter has run through the instruments. */
export function runBlocks(
  { pass, outputs, firstRow, counter }: BlockJob,
  onProgress?: (done: number, total: number) => void,
): void {
  const total = pass.keys.instrumentCount;
  const size = blockSize(pass);
  const runner = new PassRunner(pass);
  const { windows, sessions } = pass.extent;
  const TileOf = windows === "rows" ? RowTile : SessionTile;
  const most = Math.max(0, ...pass.programs.map(({ roots }) => roots.length));
  const tile = new TileOf(most, sessions);
  const put: Emit = (root, j, n, cells, divisor) => tile.put(root, j, n, cells, divisor);
  for (let first = Atomics.add(counter, 0, size); first < total; first = Atomics.add(counter, 0, size)) {
    const count = Math.min(size, total - first);
    const block = runner.layOut(first, count);
    tile.begin(block);
    for (const [program, { roots }] of pass.programs.entries()) {
      runner.compute(program, block, put);
      for (const [at, root] of roots.entries()) tile.scatter(at, firstRow, outputs[root]!);
    }
    onProgress?.(first + count, total);
  }
}
