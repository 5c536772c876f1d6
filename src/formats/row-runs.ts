/** The first position after `from` whose row is not below `row`; `rows` ascend. */
export function rowsBelow(rows: Uint32Array, from: number, row: number): number {
  let [low, high] = [from + 1, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a run ends of rows that are at most `apart` from each other, at `last` at the latest. */
export function endOfRun(rows: Uint32Array, from: number, last: number, apart: number): number {
  let to = from + 1;
  while (to < last && rows[to]! - rows[to - 1]! <= apart) to++;
  return to;
}
