import { lowerBound } from "../../search.js";
import { rowsOf } from "../by-instrument/instrument-blocks.js";
import { KeptBlocks } from "../by-instrument/kept-blocks.js";
import type { PanelIndex } from "../panel-index.js";
import { indexOfOne } from "./index-of-one.js";
import type { RowSelection } from "./row-selection.js";
import type { Walk } from "./session-rows.js";

/** Whole histories that an index remembers, and the sessions up to which it does: 1 MB in all for 4,100 of them. */
const HISTORIES = 64;
const MOST_SESSIONS = 1 << 14;

/** Sessions without a row that are looked at together with those of the bars wanted. */
const MORE_SESSIONS = 4;

/** The last whole histories that each index was asked for, the latest last. */
const lastOf = new WeakMap<PanelIndex, Map<number, Uint32Array>>();

/** Some sessions, and how many rows of an instrument in them: its first ones, or with `fromLast` its last. */
export interface HistoryPart extends Walk {
  readonly bars: number;
}

/** The rows of one instrument in some sessions. */
export function historyRows(index: PanelIndex, code: number, part: HistoryPart): RowSelection {
  const blocks = KeptBlocks.of(index);
  const all = remembered(index, code) ?? laidRows(blocks, code, part);
  const rows = all ? rowsIn(all, index, part) : searched(index, code, part);
  if (!all && isWorthRemembering(index, part)) remember(index, code, rows);
  return { rows, index: indexOfOne(index, code, rows), cells: blocks.laid(code, rows) };
}

/** All rows of an instrument, where they are laid out. */
function laidRows(
  blocks: KeptBlocks,
  code: number,
  { first, last, bars }: HistoryPart,
): Uint32Array | undefined {
  const block = blocks.blockFor(code, Math.min(last - first, bars + MORE_SESSIONS));
  return block && rowsOf(block, code);
}

/** Whether a part of a history is all of it, and not too long. */
function isWorthRemembering({ sessionCount }: PanelIndex, { first, last, bars }: HistoryPart): boolean {
  return first === 0 && last === sessionCount && bars >= last && last <= MOST_SESSIONS;
}

function remembered(index: PanelIndex, code: number): Uint32Array | undefined {
  const rows = lastOf.get(index)?.get(code);
  if (rows) remember(index, code, rows);
  return rows;
}

/** As the latest one, in place of the one that was asked for longest ago. */
function remember(index: PanelIndex, code: number, rows: Uint32Array): void {
  let histories = lastOf.get(index);
  if (!histories) {
    histories = new Map();
    lastOf.set(index, histories);
  }
  histories.delete(code);
  histories.set(code, rows);
  if (histories.size > HISTORIES) histories.delete(histories.keys().next().value!);
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
