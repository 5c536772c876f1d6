import type { SortedKeys } from "./table.js";

/** The datetime of each of the rows [first, last), epoch nanoseconds. */
export function datetimesOf(keys: SortedKeys, first: number, last: number): BigInt64Array {
  const out = new BigInt64Array(last - first);
  for (let session = sessionOf(keys, first); session < keys.sessionCount; session++) {
    const start = keys.startOf(session);
    if (start >= last) break;
    out.fill(
      keys.datetimes[session]!,
      Math.max(start, first) - first,
      Math.min(keys.startOf(session + 1), last) - first,
    );
  }
  return out;
}

/** The last session that begins at or before `row`. */
export function sessionOf(keys: SortedKeys, row: number): number {
  let [low, high] = [0, keys.sessionCount];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (keys.startOf(middle) <= row) low = middle;
    else high = middle;
  }
  return low;
}
