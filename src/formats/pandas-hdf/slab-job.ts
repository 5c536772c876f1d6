import { cellCopier } from "./cell-copy.js";

/**
 * Rows of a file that several threads take apart into columns. A thread takes the next slab of rows from a counter;
 * a slab that a worker has taken is the main thread's again until the worker begins to write it. So nothing depends
 * on the worker: where it fails, or has not begun yet, the main thread does all.
 */
export interface SlabJob {
  readonly rowBytes: number;
  readonly rowCount: number;
  readonly slabRows: number;
  /** Where a column's cells lie in a row, and the shared memory they go to. */
  readonly columns: readonly {
    readonly offset: number;
    readonly width: number;
    readonly cells: Uint8Array;
  }[];
  /** Shared: the next slab that nobody has taken, then the state of each slab. */
  readonly state: Int32Array;
}

/** The states of a slab. One that the main thread does is MAIN from then on. */
export const OPEN = 0;
export const COPYING = 1;
export const COPIED = 2;
export const MAIN = 3;

export function slabCount({ rowCount, slabRows }: SlabJob): number {
  return Math.ceil(rowCount / slabRows);
}

/** The next slab that nobody has taken; `slabCount` or more when there is none. */
export function takeSlab({ state }: SlabJob): number {
  return Atomics.add(state, 0, 1);
}

/** Changes the state of a slab from OPEN; false where another thread was faster. */
export function claimSlab({ state }: SlabJob, slab: number, as: typeof COPYING | typeof MAIN): boolean {
  return Atomics.compareExchange(state, slab + 1, OPEN, as) === OPEN;
}

/** The rows [first, last) of a slab. */
export function slabBounds({ rowCount, slabRows }: SlabJob, slab: number): [first: number, last: number] {
  return [slab * slabRows, Math.min((slab + 1) * slabRows, rowCount)];
}

/** Copies a slab's rows of bytes into the columns. */
export function slabCopier(job: SlabJob): (rows: Uint8Array, slab: number) => void {
  const columns = job.columns.map(({ offset, width, cells }) => ({
    cells,
    copy: cellCopier(job.rowBytes, offset, width),
  }));
  return (rows, slab) => {
    const [first, last] = slabBounds(job, slab);
    for (const { cells, copy } of columns) copy(rows, last - first, cells, first);
  };
}
