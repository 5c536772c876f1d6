import { gatherValues } from "../../columns/gather.js";
import { PanelIndex } from "../panel-index.js";
import { type HistoryPart, historyRows } from "./history-rows.js";
import type { RowSelection } from "./row-selection.js";
import type { SessionRows } from "./session-rows.js";
import { lookedUp, type UniverseSource, universeRows } from "./universe-rows.js";

/** The rows of some instruments (`wanted`, ascending codes) in a part of their histories. */
export function pickRows(index: PanelIndex, wanted: Int32Array, part: HistoryPart): RowSelection {
  if (wanted.length === 1) return historyRows(index, wanted[0]!, part);
  return selectRows(index, wanted, lookedUp(index, wanted), part);
}

/** The rows of a universe (ascending codes) in a part of their histories. */
export function selectRows(
  index: PanelIndex,
  codes: Int32Array,
  source: UniverseSource,
  part: HistoryPart,
): RowSelection {
  const run = universeRows(source, part);
  return { rows: run.rows, index: indexOf(index, codes, run) };
}

/**
 * The index of picked rows: only the sessions and instruments that have one. Its codes are made when they are
 * first asked for: few callers of a window look at them, and 18,000 take 72 KB, which count when the garbage
 * collector decides to run.
 */
function indexOf(
  index: PanelIndex,
  wanted: Int32Array,
  { first, positions, ends, seen }: SessionRows,
): PanelIndex {
  const instruments: string[] = [];
  const codes = new Int32Array(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    codes[i] = instruments.length;
    if (seen[i] === 1) instruments.push(index.instruments[wanted[i]!]!);
  }
  const offsets = new Uint32Array(ends.length);
  const sessions = new Uint32Array(ends.length);
  let live = 0;
  for (let k = 1; k < ends.length; k++) {
    if (ends[k] === ends[k - 1]) continue;
    sessions[live++] = first + k - 1;
    offsets[live] = ends[k]!;
  }
  return new PanelIndex({
    datetimes: gatherValues(index.datetimes, sessions.subarray(0, live)) as BigInt64Array,
    instruments,
    offsets: offsets.subarray(0, live + 1),
    codes: { read: (from, to) => codesOf(positions.subarray(from, to), codes) },
    timezone: index.timezone,
    calendar: index.givenCalendar,
    allUsed: true,
  });
}

function codesOf(positions: Uint16Array | Int32Array, codes: Int32Array): Int32Array {
  const out = new Int32Array(positions.length);
  for (let row = 0; row < out.length; row++) out[row] = codes[positions[row]!]!;
  return out;
}
