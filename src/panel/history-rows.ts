import { lowerBound } from "../search.js";
import { gatherValues } from "./gather.js";
import { InstrumentOrder } from "./instrument-order.js";
import { PanelIndex } from "./panel-index.js";
import type { PickedRows } from "./picked-rows.js";

/** Whole histories that an index remembers, and the sessions up to which it does: 2 MB in all for 4,100 of them. */
const HISTORIES = 64;
const MOST_SESSIONS = 1 << 14;
/**
 * To find an instrument's row in one session takes as long as to place so many rows into the second order, which is made
 * when all that was looked for has taken as long: after some 220 histories of a market of 5,300 instruments.
 */
const ROWS_PER_SESSION = 16;
/** Rows up to which there is a second order: 134 MB. */
const MOST_ROWS = 1 << 25;

/** Sessions without a row that are looked at together with those of the bars wanted. */
const MORE_SESSIONS = 4;

/** What is known of an index's histories. */
interface Known {
  /** The last whole ones asked for, the latest last. */
  readonly last: Map<number, PickedRows>;
  /** Sessions in which an instrument was looked for. */
  sessions: number;
  order: InstrumentOrder | undefined;
}

const knownOf = new WeakMap<PanelIndex, Known>();

/** The sessions [first, last), and how many of the instrument's rows in them: its first ones, or with `fromLast` its last. */
export interface HistoryPart {
  readonly first: number;
  readonly last: number;
  readonly bars: number;
  readonly fromLast: boolean;
}

/** Rows of one instrument, and the session of each. */
interface FoundHistory {
  readonly rows: Uint32Array;
  readonly sessions: Uint32Array;
}

/** The rows of one instrument in some sessions. */
export function historyRows(index: PanelIndex, code: number, part: HistoryPart): PickedRows {
  let known = knownOf.get(index);
  if (!known) {
    known = { last: new Map(), sessions: 0, order: undefined };
    knownOf.set(index, known);
  }
  const { first, last, bars } = part;
  const isWhole = first === 0 && last === index.sessionCount && bars >= last;
  const whole = known.last.get(code);
  const picked = whole ? (isWhole ? whole : partOf(whole, index, part)) : pick(index, known, code, part);
  if (whole || (isWhole && last <= MOST_SESSIONS)) {
    known.last.delete(code);
    known.last.set(code, whole ?? picked);
    if (known.last.size > HISTORIES) known.last.delete(known.last.keys().next().value!);
  }
  return picked;
}

/** Of all an instrument's rows, those of some sessions, sharing their memory. */
function partOf(whole: PickedRows, index: PanelIndex, part: HistoryPart): PickedRows {
  const [from, to] = placesIn(whole.rows, index, part);
  if (from === to) return { rows: new Uint32Array(0), index: indexOfOne(index, 0, new Uint32Array(0)) };
  return { rows: whole.rows.subarray(from, to), index: whole.index.slice(from, to) };
}

/** Which of an instrument's rows, `all` of them, lie in a part of its history. */
function placesIn(
  all: Uint32Array,
  index: PanelIndex,
  { first, last, bars, fromLast }: HistoryPart,
): [from: number, to: number] {
  const from = lowerBound(all, index.startOf(first), 0, all.length);
  const to = lowerBound(all, index.startOf(last), from, all.length);
  return fromLast ? [Math.max(from, to - bars), to] : [from, Math.min(to, from + bars)];
}

function pick(index: PanelIndex, known: Known, code: number, part: HistoryPart): PickedRows {
  const pays = known.sessions * ROWS_PER_SESSION >= index.rowCount && index.rowCount <= MOST_ROWS;
  if (pays) known.order ??= new InstrumentOrder(index);
  const { rows, sessions } = known.order
    ? ordered(index, known.order.rowsOf(code), part)
    : searched(index, known, code, part);
  return { rows: rows.slice(), index: indexOfOne(index, code, sessions) };
}

/** Of all an instrument's rows, those of some sessions. */
function ordered(index: PanelIndex, all: Uint32Array, part: HistoryPart): FoundHistory {
  const rows = all.subarray(...placesIn(all, index, part));
  const sessions = new Uint32Array(rows.length);
  let session = rows.length > 0 ? index.sessionOf(rows[0]!) : 0;
  for (let i = 0; i < rows.length; i++) {
    while (index.startOf(session + 1) <= rows[i]!) session++;
    sessions[i] = session;
  }
  return { rows, sessions };
}

/** The same looked for in some more sessions than bars are wanted, then in as many again, until there are enough. */
function searched(
  index: PanelIndex,
  known: Known,
  code: number,
  { first, last, bars, fromLast }: HistoryPart,
): FoundHistory {
  const finder = index.rowFinder();
  const parts: FoundHistory[] = [];
  let [looked, count] = [0, 0];
  while (looked < last - first && count < bars) {
    const next = Math.min(looked === 0 ? bars + MORE_SESSIONS : 2 * looked, last - first);
    const part = fromLast
      ? finder.series(code, last - next, last - looked)
      : finder.series(code, first + looked, first + next);
    parts.push(part);
    count += part.rows.length;
    looked = next;
  }
  known.sessions += looked;
  if (fromLast) parts.reverse();
  const [rows, sessions] = [new Uint32Array(count), new Uint32Array(count)];
  let at = 0;
  for (const part of parts) {
    rows.set(part.rows, at);
    sessions.set(part.sessions, at);
    at += part.rows.length;
  }
  const [from, to] = fromLast ? [Math.max(0, count - bars), count] : [0, Math.min(count, bars)];
  return { rows: rows.subarray(from, to), sessions: sessions.subarray(from, to) };
}

/** The index of one instrument's rows, one in each of some sessions. */
export function indexOfOne(index: PanelIndex, code: number, sessions: Uint32Array): PanelIndex {
  const count = sessions.length;
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = i + 1;
  return new PanelIndex({
    datetimes: gatherValues(index.datetimes, sessions) as BigInt64Array,
    instruments: count === 0 ? [] : [index.instruments[code]!],
    offsets,
    codes: new Int32Array(count),
    timezone: index.timezone,
  });
}
