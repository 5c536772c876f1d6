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

/** What is known of an index's histories. */
interface Known {
  /** The last whole ones asked for, the latest last. */
  readonly last: Map<number, PickedRows>;
  /** Sessions in which an instrument was looked for. */
  sessions: number;
  order: InstrumentOrder | undefined;
}

const knownOf = new WeakMap<PanelIndex, Known>();

/** The rows of one instrument in the sessions [first, last). */
export function historyRows(index: PanelIndex, code: number, first: number, last: number): PickedRows {
  let known = knownOf.get(index);
  if (!known) {
    known = { last: new Map(), sessions: 0, order: undefined };
    knownOf.set(index, known);
  }
  const isWhole = first === 0 && last === index.sessionCount && last <= MOST_SESSIONS;
  let picked = isWhole ? known.last.get(code) : undefined;
  picked ??= pick(index, known, code, first, last);
  if (isWhole) {
    known.last.delete(code);
    known.last.set(code, picked);
    if (known.last.size > HISTORIES) known.last.delete(known.last.keys().next().value!);
  }
  return picked;
}

function pick(index: PanelIndex, known: Known, code: number, first: number, last: number): PickedRows {
  known.sessions += last - first;
  const pays = known.sessions * ROWS_PER_SESSION >= index.rowCount && index.rowCount <= MOST_ROWS;
  if (pays) known.order ??= new InstrumentOrder(index);
  const { rows, sessions } = known.order
    ? between(index, known.order.rowsOf(code), first, last)
    : index.rowFinder().series(code, first, last);
  return { rows: rows.slice(), index: indexOfOne(index, code, sessions) };
}

/** Those of an instrument's rows that lie in the sessions [first, last), and the session of each. */
function between(
  index: PanelIndex,
  all: Uint32Array,
  first: number,
  last: number,
): { rows: Uint32Array; sessions: Uint32Array } {
  const from = lowerBound(all, index.startOf(first), 0, all.length);
  const rows = all.subarray(from, lowerBound(all, index.startOf(last), from, all.length));
  const sessions = new Uint32Array(rows.length);
  let session = first;
  for (let i = 0; i < rows.length; i++) {
    while (index.startOf(session + 1) <= rows[i]!) session++;
    sessions[i] = session;
  }
  return { rows, sessions };
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
