import type { PanelIndex } from "../panel-index.js";
import { SESSIONS_AT_ONCE } from "./row-finder.js";
import {
  type SessionRows,
  trimmed,
  uninitializedRows,
  type Walk,
  type WantedInstruments,
} from "./session-rows.js";

/**
 * Of each of the instruments `codes`, ascending, the first rows in some sessions, or with `fromLast` the last ones: as
 * many as `left` says, which counts down. Those that still lack rows are looked up session by session.
 */
export function firstOrLastBars(
  index: PanelIndex,
  codes: Int32Array,
  left: Int32Array,
  { first, last, fromLast }: Walk,
): SessionRows {
  const finder = index.rowFinder();
  const sessions = last - first;
  const most = left.reduce((sum, count) => sum + Math.min(count, sessions), 0);
  const out = uninitializedRows(codes.length, Math.min(most, index.startOf(last) - index.startOf(first)) + 1);
  const walked = new Uint32Array(sessions + 1); // walked[k]: rows found in the first k sessions of the walk
  let wanted = stillWanted(codes, left, new Uint8Array(codes.length));
  let steps = 0;
  for (; steps < sessions && wanted.codes.length > 0; steps++) {
    const s = fromLast ? last - 1 - steps : first + steps;
    if (steps % SESSIONS_AT_ONCE === 0) {
      if (fromLast) finder.prepare(Math.max(first, s + 1 - SESSIONS_AT_ONCE), s + 1, wanted.codes.length);
      else finder.prepare(s, Math.min(last, s + SESSIONS_AT_ONCE), wanted.codes.length);
    }
    const [from, to] = [walked[steps]!, finder.append(s, wanted, out, walked[steps]!)];
    walked[steps + 1] = to;
    let done = 0;
    for (let at = from; at < to; at++) if (--left[out.positions[at]!]! === 0) done++;
    if (done > 0) wanted = stillWanted(codes, left, wanted.seen);
  }
  const [ends, { seen }] = [walked.subarray(0, steps + 1), wanted];
  const count = ends[steps]!;
  if (!fromLast) {
    return { first, rows: trimmed(out.rows, count), positions: trimmed(out.positions, count), ends, seen };
  }
  const [rows, positions] = [turned(out.rows, ends), turned(out.positions, ends)];
  const back = new Uint32Array(steps + 1);
  for (let k = 0; k <= steps; k++) back[k] = count - ends[steps - k]!;
  return { first: last - steps, rows, positions, ends: back, seen };
}

/** The instruments that still lack rows. */
function stillWanted(codes: Int32Array, left: Int32Array, seen: Uint8Array): WantedInstruments {
  const positions = new Int32Array(codes.length);
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (left[i]! > 0) positions[count++] = i;
  const still = positions.subarray(0, count);
  return { codes: still.map((i) => codes[i]!), positions: still, seen };
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
