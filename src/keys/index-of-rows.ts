import { gatherValues } from "../columns/gather.js";
import { lowerBound } from "../search.js";
import { PanelIndex } from "./panel-index.js";
import { placesOfUsed } from "./used-codes.js";

/**
 * The index of some rows of `index` (ascending row numbers): only the sessions and instruments that have one. Their
 * codes are given where they are at hand, and become the index's own.
 */
export function indexOfRows(
  index: PanelIndex,
  rows: Uint32Array,
  codes = gatherValues(index.codes, rows) as Int32Array,
): PanelIndex {
  const used = new Uint8Array(index.instruments.length);
  for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
  const sessions = new Int32Array(index.sessionCount);
  const offsets = new Uint32Array(index.sessionCount + 1);
  let count = 0;
  for (let s = 0, at = 0; s < index.sessionCount && at < rows.length; s++) {
    const end = index.startOf(s + 1);
    const before = at;
    at = lowerBound(rows, end, at, Math.min(rows.length, at + end - index.startOf(s)));
    if (at === before) continue;
    sessions[count++] = s;
    offsets[count] = at;
  }
  const datetimes = new BigInt64Array(count);
  for (let i = 0; i < count; i++) datetimes[i] = index.datetimes[sessions[i]!]!;
  const instruments = index.instruments.filter((_, code) => used[code] === 1);
  if (instruments.length < index.instruments.length) renumber(codes, used);
  return new PanelIndex({
    datetimes,
    instruments,
    offsets: offsets.slice(0, count + 1),
    codes,
    timezone: index.timezone,
    calendar: index.givenCalendar,
  });
}

function renumber(codes: Int32Array, used: Uint8Array): void {
  const places = placesOfUsed(used);
  for (let i = 0; i < codes.length; i++) codes[i] = places[codes[i]!]!;
}
