/** As much as one buffer can hold in every Node. */
const MOST_BYTES = 2 ** 31 - 1;

/** Before the first there is nothing to collect, and to look for it takes 10 ms of a fresh process. */
let isFirst = true;

/**
 * To be called before so many bytes of memory are made that other threads see too. V8's collector does not count such
 * memory: results of 0.5 GB that nobody held any more lay there twelve times over before it ran. A buffer of the same
 * size that it counts, neither filled nor kept, makes it look: then there are three at most.
 */
export function announceSharedMemory(bytes: number): void {
  if (isFirst) {
    isFirst = false;
    return;
  }
  Buffer.allocUnsafeSlow(Math.min(bytes, MOST_BYTES));
}
