import { upperBound } from "../search.js";
import { gatherValues } from "./gather.js";
import { PanelIndex } from "./panel-index.js";

/** What all indexes of one instrument share: 0, 1, 2, … where their sessions begin, and 0 for each row's code. */
let shared = { offsets: new Uint32Array(1), codes: new Int32Array(0) };

function sharedBy(sessions: number): typeof shared {
  if (sessions > shared.codes.length) {
    const room = Math.max(1024, 2 ** Math.ceil(Math.log2(sessions)));
    shared = { offsets: new Uint32Array(room + 1).map((_, session) => session), codes: new Int32Array(room) };
  }
  return shared;
}

/** The index of an instrument's rows; its datetimes are found when they are asked for. */
export function indexOfOne(index: PanelIndex, code: number, rows: Uint32Array): PanelIndex {
  const { offsets, codes } = sharedBy(rows.length);
  const all = { datetimes: index.datetimes, offsets: index.offsets }; // and not the index, which holds more
  return new PanelIndex({
    datetimes: () => datetimesOf(all, rows),
    instruments: rows.length === 0 ? [] : [index.instruments[code]!],
    offsets: offsets.subarray(0, rows.length + 1),
    codes: codes.subarray(0, rows.length),
    timezone: index.timezone,
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
