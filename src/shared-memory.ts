/** As much as one buffer can hold in every Node. */
const MOST_BYTES = 2 ** 31 - 1;
/** Smaller buffers pass unnoticed, however many there are. */
const NOTICED_BYTES = 64 << 20;

/** Before the first there is nothing to collect, and to look for it takes 10 ms of a fresh process. */
let isFirst = true;
/** Bytes made since the last buffer. */
let unnoticed = 0;

/**
 * To be called before so many bytes of memory are made that other threads see too. V8's collector does not count such
 * memory: results of 0.5 GB that nobody held any more lay there twelve times over before it ran, and 100 of 24 MB. A
 * buffer of the same size, or of the size of several small ones, which it counts, neither filled nor kept, makes it
 * look: then there are three at most.
 */
export function announceSharedMemory(bytes: number): void {
  if (isFirst) {
    isFirst = false;
    return;
  }
  unnoticed += bytes;
  if (unnoticed < NOTICED_BYTES) return;
  Buffer.allocUnsafeSlow(Math.min(unnoticed, MOST_BYTES));
  unnoticed = 0;
}

type TypedArray = ArrayBufferView & { readonly buffer: ArrayBufferLike; readonly byteLength: number };

/** The same cells in memory that other threads see too: themselves where they lie in some, else a copy. */
export function copyToSharedMemory<T extends TypedArray>(cells: T): T {
  if (cells.buffer instanceof SharedArrayBuffer) return cells;
  const Cells = cells.constructor as new (buffer: SharedArrayBuffer) => T & { set(cells: T): void };
  const copy = new Cells(new SharedArrayBuffer(cells.byteLength));
  copy.set(cells);
  return copy;
}
