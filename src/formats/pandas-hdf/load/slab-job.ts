import { type CellPlace, type ColumnMemory, columnsInMemory } from "./column-memory.js";
import { type CellsOfRows, plainCopier, type SlabCopier, vectorCopier } from "./slab-copy.js";

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
  readonly columns: readonly CellsOfRows[];
  /** The memories that these cells lie in, where they are such as vectors serve. */
  readonly memories: readonly ColumnMemory[] | undefined;
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

/** Whose room in a memory is whose. */
export const [MAIN_ROOM, WORKER_ROOM] = [0, 1];

/** A job whose columns are new, and what takes rows apart for the main thread: with vectors, where it can. */
export function newSlabJob(
  places: readonly CellPlace[],
  rowBytes: number,
  rowCount: number,
  slabBytes: number,
): { job: SlabJob; copier: SlabCopier } {
  const slabRows = Math.max(1, Math.floor(slabBytes / rowBytes));
  const state = new Int32Array(new SharedArrayBuffer(4 + 4 * Math.ceil(rowCount / slabRows)));
  const jobOf = (cells: readonly Uint8Array[], memories?: readonly ColumnMemory[]): SlabJob => {
    const columns = places.map((place, i) => ({ ...place, cells: cells[i]! }));
    return { rowBytes, rowCount, slabRows, columns, memories, state };
  };
  const inMemory = columnsInMemory(places, rowCount, slabRows * rowBytes);
  if (inMemory) {
    const job = jobOf(inMemory.cells, inMemory.memories);
    const copier = slabCopier(job, MAIN_ROOM);
    if (copier) return { job, copier };
  }
  const job = jobOf(places.map(({ width }) => new Uint8Array(new SharedArrayBuffer(rowCount * width))));
  return { job, copier: slabCopier(job, MAIN_ROOM)! };
}

/** Undefined where another thread has vectors and this one has none. */
export function slabCopier(job: SlabJob, whose: number): SlabCopier | undefined {
  const { rowBytes, columns, memories } = job;
  const mostRows = Math.min(job.slabRows, job.rowCount);
  return memories
    ? vectorCopier(rowBytes, mostRows, memories, whose)
    : plainCopier(rowBytes, mostRows, columns);
}
