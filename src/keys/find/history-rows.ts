import { lowerBound } from "../../search.js";
import { ByInstrument } from "../by-instrument/by-instrument.js";
import type { PanelIndex } from "../panel-index.js";
import { indexOfOne } from "./index-of-one.js";
import type { RowSelection } from "./row-selection.js";
import type { Walk } from "./session-rows.js";

/** Sessions without a row that are looked at together with those of the bars wanted. */
const MORE_SESSIONS = 4;

/** Some sessions, and how many rows of an instrument in them: its first ones, or with `fromLast` its last. */
export interface HistoryPart extends Walk {
  readonly bars: number;
}

/** The rows of one instrument in some sessions. */
export function historyRows(index: PanelIndex, code: number, part: HistoryPart): RowSelection {
  const held = ByInstrument.of(index);
  const rows = held ? rowsIn(held.rowsOf(code), index, part) : searched(index, code, part);
  return { rows, index: indexOfOne(index, code, rows), cells: held?.cells(code, rows) };
}

/** Those of an instrument's rows, `all` of them, that lie in a part of its history: a copy, but of the whole. */
function rowsIn(
  all: Uint32Array,
  index: PanelIndex,
  { first, last, bars, fromLast }: HistoryPart,
): Uint32Array {
  let from = lowerBound(all, index.startOf(first), 0, all.length);
  let to = lowerBound(all, index.startOf(last), from, all.length);
  if (fromLast) from = Math.max(from, to - bars);
  else to = Math.min(to, from + bars);
  return to - from === all.length ? all : all.slice(from, to);
}

/** An instrument's rows, looked for in some more sessions than bars are wanted, then in as many again, until there are enough. */
function searched(
  index: PanelIndex,
  code: number,
  { first, last, bars, fromLast }: HistoryPart,
): Uint32Array {
  const finder = index.rowFinder();
  const parts: Uint32Array[] = [];
  let [looked, count] = [0, 0];
  while (looked < last - first && count < bars) {
    const next = Math.min(looked === 0 ? bars + MORE_SESSIONS : 2 * looked, last - first);
    const part = fromLast
      ? finder.series(code, last - next, last - looked)
      : finder.series(code, first + looked, first + next);
    parts.push(part);
    count += part.length;
    looked = next;
  }
  if (fromLast) parts.reverse();
  const rows = new Uint32Array(count);
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  return fromLast ? rows.subarray(Math.max(0, count - bars)) : rows.subarray(0, bars);
}
