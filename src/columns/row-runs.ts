/** Where a run ends of rows that are at most `apart` from each other, at `last` at the latest. */
export function endOfRun(rows: Uint32Array, from: number, last: number, apart: number): number {
  let to = from + 1;
  while (to < last && rows[to]! - rows[to - 1]! <= apart) to++;
  return to;
}
