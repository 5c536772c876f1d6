import { blockSize, type Pass, PassRunner } from "./pass.js";
import { BlockScatter } from "./scatter.js";

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
  const runner = new PassRunner(pass, (length) => new Float32Array(length));
  for (let first = Atomics.add(counter, 0, size); first < total; first = Atomics.add(counter, 0, size)) {
    const count = Math.min(size, total - first);
    const { block, tiles } = runner.compute(first, count);
    const scatter = new BlockScatter(pass, block, firstRow);
    for (const [root, out] of outputs.entries()) scatter.write(tiles[root]!, out);
    onProgress?.(first + count, total);
  }
}
