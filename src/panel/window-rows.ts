import { gatherValues } from "./gather.js";
import { PanelIndex } from "./panel-index.js";

/** Rows of a panel in ascending order, and the index they make. */
export interface PickedRows {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
}

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
  const rangeRows = index.startOf(last) - index.startOf(first);
  const room = Math.min(wanted.length * Math.min(bars, sessions), rangeRows) + 1;
  const out = { rows: new Uint32Array(room), positions: new Int32Array(room) };
  const ends = new Uint32Array(sessions + 1); // ends[k]: rows found in the first k sessions of the walk
  const left = bars < sessions ? new Int32Array(wanted.length).fill(bars) : undefined;
  const backward = fromLast && left !== undefined; // all rows are the same from either end
  const finder = index.rowFinder();
  let sought = { codes: wanted, positions: wanted.map((_, i) => i) };
  let steps = 0;
  if (wanted.length === 1 && !left) {
    finder.prepare(first, last, 1);
    finder.appendSeries(first, last, wanted[0]!, out, ends);
    steps = sessions;
  }
  for (; steps < sessions && sought.codes.length > 0; steps++) {
    const s = backward ? last - 1 - steps : first + steps;
    if (steps % SESSIONS_AT_ONCE === 0) {
      if (backward) finder.prepare(Math.max(first, s + 1 - SESSIONS_AT_ONCE), s + 1, sought.codes.length);
      else finder.prepare(s, Math.min(last, s + SESSIONS_AT_ONCE), sought.codes.length);
    }
    const [from, to] = [ends[steps]!, finder.append(s, sought, out, ends[steps]!)];
    ends[steps + 1] = to;
    if (!left) continue;
    let done = 0;
    for (let at = from; at < to; at++) if (--left[out.positions[at]!]! === 0) done++;
    if (done > 0) {
      const positions = sought.positions.filter((i) => left[i]! > 0);
      sought = { positions, codes: positions.map((i) => wanted[i]!) };
    }
  }
  const blocks = ends.subarray(0, steps + 1);
  const [rows, positions] = backward
    ? [turned(out.rows, blocks), turned(out.positions, blocks)]
    : [trimmed(out.rows, ends[steps]!), trimmed(out.positions, ends[steps]!)];
  const counts = new Uint32Array(sessions);
  for (let k = 0; k < steps; k++) counts[backward ? sessions - 1 - k : k] = ends[k + 1]! - ends[k]!;
  return { rows, index: indexOf(index, wanted, positions, first, counts) };
}

/** The first `count` entries; a sparse result must not hold on to the room that a full one would have needed. */
function trimmed<T extends Uint32Array | Int32Array>(all: T, count: number): T {
  return (count * 2 < all.length ? all.slice(0, count) : all.subarray(0, count)) as T;
}

/** The blocks that end at `ends`, each as it is, in the opposite order. */
function turned<T extends Uint32Array | Int32Array>(all: T, ends: Uint32Array): T {
  const count = ends[ends.length - 1]!;
  const out = all.slice(0, count) as T;
  for (let k = 1; k < ends.length; k++) {
    let to = count - ends[k]!;
    for (let at = ends[k - 1]!; at < ends[k]!; at++) out[to++] = all[at]!;
  }
  return out;
}

/**
 * The index of picked rows: only the sessions and instruments that have one.
 * @param codes the position of each row in `wanted`; renumbered in place
 * @param counts the rows of each session from `first` on
 */
function indexOf(
  index: PanelIndex,
  wanted: Int32Array,
  codes: Int32Array,
  first: number,
  counts: Uint32Array,
): PanelIndex {
  const used = new Uint8Array(wanted.length);
  for (let row = 0; row < codes.length; row++) used[codes[row]!] = 1;
  const instruments: string[] = [];
  const renumbered = new Int32Array(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    renumbered[i] = instruments.length;
    if (used[i] === 1) instruments.push(index.instruments[wanted[i]!]!);
  }
  if (instruments.length < wanted.length) {
    for (let row = 0; row < codes.length; row++) codes[row] = renumbered[codes[row]!]!;
  }
  const offsets = new Uint32Array(counts.length + 1);
  const sessions = new Uint32Array(counts.length);
  let live = 0;
  for (let s = 0; s < counts.length; s++) {
    if (counts[s] === 0) continue;
    offsets[live + 1] = offsets[live]! + counts[s]!;
    sessions[live++] = first + s;
  }
  const datetimes = gatherValues(index.datetimes, sessions.subarray(0, live)) as BigInt64Array;
  const own = offsets.subarray(0, live + 1);
  return new PanelIndex({ datetimes, instruments, offsets: own, codes, timezone: index.timezone });
}
