/** Up to so many cells, moving them one by one is faster than counting. */
const FEW_CELLS = 48;
/** Cells are moved one by one within runs of nearly equal ones; beyond so many moves a cell, runs are long. */
const MOST_MOVES = 24;

/**
 * Sorts positions by the cells they point at: numpy's `argsort(kind="stable")` of what is not NaN. Three counting
 * passes over the upper 32 bits of each double put cells in order up to runs of nearly equal ones, which are then
 * sorted by moving. Keeps its memory: one sorter serves all sessions.
 */
export class Argsort {
  #keys: Uint32Array = new Uint32Array(0);
  #other: Uint32Array = new Uint32Array(0);
  #words: Uint32Array = new Uint32Array(0);
  readonly #counts = new Uint32Array(3 * 2048);

  /** Fills `order` with the positions below `n` whose cell is not NaN, ascending by cell; gives their number. */
  sort(cells: Float64Array, n: number, order: Uint32Array): number {
    let count = 0;
    for (let i = 0; i < n; i++) {
      order[count] = i;
      count += Number.isNaN(cells[i]!) ? 0 : 1;
    }
    if (count > FEW_CELLS) this.#countingPasses(cells, n, order, count);
    if (!insertionSort(cells, order, count)) {
      order.subarray(0, count).sort((a, b) => cells[a]! - cells[b]! || a - b);
    }
    return count;
  }

  #countingPasses(cells: Float64Array, n: number, order: Uint32Array, count: number): void {
    if (this.#keys.length < n) {
      this.#keys = new Uint32Array(n);
      this.#other = new Uint32Array(n);
    }
    this.#words = new Uint32Array(cells.buffer, cells.byteOffset, 2 * n);
    const [keys, counts, words] = [this.#keys, this.#counts.fill(0), this.#words];
    for (let k = 0; k < count; k++) {
      const i = order[k]!;
      const high = words[2 * i + 1]!;
      const key = (high >>> 31 === 1 ? ~high : high | 0x80000000) >>> 0; // sorts as the double does
      keys[i] = key;
      counts[key & 2047]!++;
      counts[2048 + ((key >>> 11) & 2047)]!++;
      counts[4096 + (key >>> 22)]!++;
    }
    let [from, to] = [order, this.#other];
    for (let pass = 0; pass < 3; pass++) {
      const part = counts.subarray(2048 * pass, 2048 * (pass + 1));
      for (let d = 0, sum = 0; d < 2048; d++) {
        const c = part[d]!;
        part[d] = sum;
        sum += c;
      }
      const shift = 11 * pass;
      for (let k = 0; k < count; k++) {
        const i = from[k]!;
        to[part[(keys[i]! >>> shift) & 2047]!++] = i;
      }
      [from, to] = [to, from];
    }
    order.set(from.subarray(0, count)); // three passes end in the other array
  }
}

/** Whether it came to an end within the moves allowed. */
function insertionSort(cells: Float64Array, order: Uint32Array, count: number): boolean {
  let moves = (MOST_MOVES + FEW_CELLS) * count;
  for (let k = 1; k < count; k++) {
    const i = order[k]!;
    const cell = cells[i]!;
    let at = k - 1;
    while (at >= 0 && cells[order[at]!]! > cell) {
      order[at + 1] = order[at]!;
      at--;
      if (--moves < 0) {
        order[at + 1] = i;
        return false;
      }
    }
    order[at + 1] = i;
  }
  return true;
}
