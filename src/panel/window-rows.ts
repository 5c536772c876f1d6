import { gatherValues } from "./gather.js";
import { historyRows } from "./history-rows.js";
import { PanelIndex } from "./panel-index.js";
import type { PickedRows } from "./picked-rows.js";
import { roomFor } from "./room.js";
import type { Sought } from "./sought.js";

/** Sessions are made ready this many at a time, since a walk for the last bars may end at any of them. */
const SESSIONS_AT_ONCE = 64;

/**
 * The rows of some instruments (`wanted`, ascending codes) in the sessions [first, last): all of them, or of
 * each instrument the first `bars`, or with `fromLast` the last. Session by session, with `fromLast` from the
 * last one on, the instruments that still lack bars are looked up.
 */
export function pickRows(
  index: PanelIndex,
  wanted: Int32Array,
  first: number,
  last: number,
  bars = last - first,
  fromLast = false,
): PickedRows {
  const sessions = last - first;
  if (wanted.length === 1) return historyRows(index, wanted[0]!, { first, last, bars, fromLast });
  const finder = index.rowFinder();
  const rangeRows = index.startOf(last) - index.startOf(first);
  const room = Math.min(wanted.length * Math.min(bars, sessions), rangeRows) + 1;
  const out = {
    rows: roomFor(Uint32Array, room),
    positions: wanted.length <= 1 << 16 ? roomFor(Uint16Array, room) : roomFor(Int32Array, room),
  };
  const ends = new Uint32Array(sessions + 1); // ends[k]: rows found in the first k sessions of the walk
  const left = bars < sessions ? new Int32Array(wanted.length).fill(bars) : undefined;
  const backward = fromLast && left !== undefined; // all rows are the same from either end
  const seen = new Uint8Array(wanted.length);
  const every = wanted.map((_, position) => position);
  let sought: Sought = { codes: wanted, positions: every, seen };
  let steps = 0;
  if (!left) {
    for (; steps < sessions; steps += SESSIONS_AT_ONCE) {
      const to = Math.min(steps + SESSIONS_AT_ONCE, sessions);
      finder.prepare(first + steps, first + to, wanted.length);
      finder.appendAll(
        first + steps,
        first + to,
        sought,
        out,
        ends[steps]!,
        ends.subarray(steps + 1, to + 1),
      );
    }
    steps = sessions;
  }
  for (; left && steps < sessions && sought.codes.length > 0; steps++) {
    const s = backward ? last - 1 - steps : first + steps;
    if (steps % SESSIONS_AT_ONCE === 0) {
      if (backward) finder.prepare(Math.max(first, s + 1 - SESSIONS_AT_ONCE), s + 1, sought.codes.length);
      else finder.prepare(s, Math.min(last, s + SESSIONS_AT_ONCE), sought.codes.length);
    }
    const [from, to] = [ends[steps]!, finder.append(s, sought, out, ends[steps]!)];
    ends[steps + 1] = to;
    let done = 0;
    for (let at = from; at < to; at++) if (--left[out.positions[at]!]! === 0) done++;
    if (done > 0) {
      const positions = sought.positions.filter((i) => left[i]! > 0);
      const codes = positions.map((i) => wanted[i]!);
      sought = { codes, positions, seen };
    }
  }
  const blocks = ends.subarray(0, steps + 1);
  const [rows, positions] = backward
    ? [turned(out.rows, blocks), turned(out.positions, blocks)]
    : [trimmed(out.rows, ends[steps]!), trimmed(out.positions, ends[steps]!)];
  const counts = new Uint32Array(sessions);
  for (let k = 0; k < steps; k++) counts[backward ? sessions - 1 - k : k] = ends[k + 1]! - ends[k]!;
  return { rows, index: indexOf(index, wanted, seen, positions, first, counts) };
}

/** The first `count` entries; a sparse result must not hold on to the room that a full one would have needed. */
function trimmed<T extends Uint32Array | Uint16Array | Int32Array>(all: T, count: number): T {
  return (count * 2 < all.length ? all.slice(0, count) : all.subarray(0, count)) as T;
}

/** The blocks that end at `ends`, each as it is, in the opposite order. */
function turned<T extends Uint32Array | Uint16Array | Int32Array>(all: T, ends: Uint32Array): T {
  const count = ends[ends.length - 1]!;
  const out = all.slice(0, count) as T;
  for (let k = 1; k < ends.length; k++) {
    let to = count - ends[k]!;
    for (let at = ends[k - 1]!; at < ends[k]!; at++) out[to++] = all[at]!;
  }
  return out;
}

/**
 * The index of picked rows: only the sessions and instruments that have one. Its codes are made when they are
 * first asked for: few callers of a window look at them, and 18,000 take 72 KB, which count when the garbage
 * collector decides to run.
 * @param used 1 for each of `wanted` that has a row
 * @param positions the position of each row in `wanted`
 * @param counts the rows of each session from `first` on
 */
function indexOf(
  index: PanelIndex,
  wanted: Int32Array,
  used: Uint8Array,
  positions: Uint16Array | Int32Array,
  first: number,
  counts: Uint32Array,
): PanelIndex {
  const instruments: string[] = [];
  const codes = new Int32Array(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    codes[i] = instruments.length;
    if (used[i] === 1) instruments.push(index.instruments[wanted[i]!]!);
  }
  const offsets = new Uint32Array(counts.length + 1);
  const sessions = new Uint32Array(counts.length);
  let live = 0;
  for (let s = 0; s < counts.length; s++) {
    if (counts[s] === 0) continue;
    offsets[live + 1] = offsets[live]! + counts[s]!;
    sessions[live++] = first + s;
  }
  return new PanelIndex({
    datetimes: gatherValues(index.datetimes, sessions.subarray(0, live)) as BigInt64Array,
    instruments,
    offsets: offsets.subarray(0, live + 1),
    codes: { read: (from, to) => codesOf(positions.subarray(from, to), codes) },
    timezone: index.timezone,
    allUsed: true,
  });
}

function codesOf(positions: Uint16Array | Int32Array, codes: Int32Array): Int32Array {
  const out = new Int32Array(positions.length);
  for (let row = 0; row < out.length; row++) out[row] = codes[positions[row]!]!;
  return out;
}
