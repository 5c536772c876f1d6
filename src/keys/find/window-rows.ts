import { gatherValues } from "../../columns/gather.js";
import { PanelIndex } from "../panel-index.js";
import { firstOrLastBars } from "./first-or-last-bars.js";
import { type HistoryPart, historyRows } from "./history-rows.js";
import { SESSIONS_AT_ONCE } from "./row-finder.js";
import type { RowSelection } from "./row-selection.js";
import { concatRuns, type SessionRows, trimmed, uninitializedRows, type Walk } from "./session-rows.js";

/** Where the rows of a universe come from: looked up when they are asked for, or held. */
export interface UniverseSource {
  /** How many instruments it has. */
  readonly instruments: number;
  /** Its rows in the sessions [first, last). */
  run(first: number, last: number): SessionRows;
  /** What `firstOrLastBars` finds; `left` may be counted down. Undefined where there is none. */
  bars(left: Int32Array, walk: Walk): SessionRows | undefined;
}

/** The rows of a universe in a part of their histories. */
export function universeRows(
  source: UniverseSource,
  { first, last, bars, fromLast }: HistoryPart,
): SessionRows {
  // No instrument has more rows than these sessions: all of them are among its last `bars`, or its first ones.
  const from = fromLast ? Math.max(first, last - bars) : first;
  const to = fromLast ? last : Math.min(last, first + bars);
  const near = source.run(from, to);
  const { rows, positions } = near;
  if (to - from === last - first || rows.length === bars * source.instruments) return near;
  const left = new Int32Array(source.instruments).fill(bars);
  for (let at = 0; at < positions.length; at++) left[positions[at]!]!--;
  const rest = fromLast ? { first, last: from, fromLast } : { first: to, last, fromLast };
  const far = source.bars(left, rest);
  if (far === undefined) return near;
  return fromLast ? concatRuns(far, near) : concatRuns(near, far);
}

/** The rows of the instruments `codes`, ascending, looked up each time. */
export function lookedUp(index: PanelIndex, codes: Int32Array): UniverseSource {
  return {
    instruments: codes.length,
    run: (first, last) => lookUp(index, codes, first, last),
    bars: (left, walk) => {
      const found = firstOrLastBars(index, codes, left, walk);
      return found.rows.length > 0 ? found : undefined;
    },
  };
}

/** The rows of the instruments `codes`, ascending, in the sessions [first, last). */
export function lookUp(index: PanelIndex, codes: Int32Array, first: number, last: number): SessionRows {
  const finder = index.rowFinder();
  const most = Math.min(codes.length * (last - first), index.startOf(last) - index.startOf(first)) + 1;
  const out = uninitializedRows(codes.length, most);
  const ends = new Uint32Array(last - first + 1);
  const seen = new Uint8Array(codes.length);
  const wanted = { codes, positions: codes.map((_, position) => position), seen };
  for (let s = first; s < last; s += SESSIONS_AT_ONCE) {
    const to = Math.min(s + SESSIONS_AT_ONCE, last);
    finder.prepare(s, to, codes.length);
    finder.appendAll(s, to, wanted, out, ends[s - first]!, ends.subarray(s + 1 - first, to + 1 - first));
  }
  const count = ends[last - first]!;
  return { first, rows: trimmed(out.rows, count), positions: trimmed(out.positions, count), ends, seen };
}

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
