import { gatherValues } from "../../columns/gather.js";
import { upperBound } from "../../search.js";
import { type CodeSource, PanelIndex } from "../panel-index.js";

/** Where the sessions of an index's histories begin: 0, 1, 2, …, as many as the longest one may need. */
const offsetsOf = new WeakMap<PanelIndex, Uint32Array>();

/** Where there is one instrument, its code is 0. */
const ZEROS: CodeSource = { read: (first, last) => new Int32Array(last - first) };

/** The index of an instrument's rows; its datetimes and codes are made when they are asked for. */
export function indexOfOne(index: PanelIndex, code: number, rows: Uint32Array): PanelIndex {
  let all = offsetsOf.get(index);
  if (!all) {
    all = new Uint32Array(index.sessionCount + 1);
    for (let i = 0; i < all.length; i++) all[i] = i;
    offsetsOf.set(index, all);
  }
  const { datetimes, offsets } = index; // and not the index, which holds more
  return new PanelIndex({
    datetimes: () => datetimesOf({ datetimes, offsets }, rows),
    instruments: rows.length === 0 ? [] : [index.instruments[code]!],
    offsets: all.subarray(0, rows.length + 1),
    codes: ZEROS,
    timezone: index.timezone,
    calendar: index.givenCalendar,
  });
}

/** The datetime of each of some rows, no two of which are of one session. */
function datetimesOf(
  { datetimes, offsets }: Pick<PanelIndex, "datetimes" | "offsets">,
  rows: Uint32Array,
): BigInt64Array {
  const sessions = new Uint32Array(rows.length);
  const before = offsets[0]!;
  let session = rows.length === 0 ? 0 : upperBound(offsets, rows[0]! + before, 0, offsets.length) - 1;
  for (let i = 0; i < rows.length; session++) {
    if (rows[i]! < offsets[session + 1]! - before) sessions[i++] = session;
  }
  return gatherValues(datetimes, sessions) as BigInt64Array;
}
