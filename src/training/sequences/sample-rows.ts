import { DataServiceError } from "../../errors.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import type { Cells } from "../frame/block.js";
import type { Frame } from "../frame/frame.js";

/** The order of samples: by session, or instrument by instrument. */
export type SampleOrder = "date" | "instrument";

/** Rows of a view that are samples, with the instrument and the session of each. */
export interface SampleRows {
  readonly rows: Uint32Array;
  readonly codes: Int32Array;
  readonly sessions: Int32Array;
}

/**
 * The rows of the sessions [first, last) whose flag is neither 0 nor NaN; of all where there is no filter.
 * @throws DataServiceError bad-request where none is left
 */
export function sampleRows(
  frame: Frame,
  { first, last }: { readonly first: number; readonly last: number },
  order: SampleOrder,
  filter: string | undefined,
): SampleRows {
  const { index } = frame;
  const [from, to] = [index.startOf(first), index.startOf(last)];
  const flags = filter === undefined ? undefined : flagsOf(frame, filter);
  const rows = new Uint32Array(to - from);
  const sessions = new Int32Array(to - from);
  let count = 0;
  for (let s = first; s < last; s++) {
    const end = index.startOf(s + 1);
    const before = count;
    for (let row = index.startOf(s); row < end; row++) {
      rows[count] = row;
      count += !flags || (flags[row]! !== 0 && !Number.isNaN(flags[row]!)) ? 1 : 0;
    }
    sessions.fill(s, before, count);
  }
  if (count === 0) {
    const problem = `sequences: no row of the segment passes the filter "${filter}"; it is 0 or NaN in all of them`;
    throw new DataServiceError("bad-request", problem, { count: 0 });
  }
  const codes = index.codesOf(from, to).slice();
  if (flags) for (let i = 0; i < count; i++) codes[i] = codes[rows[i]! - from]!;
  const all = {
    rows: rows.subarray(0, count),
    codes: codes.subarray(0, count),
    sessions: sessions.subarray(0, count),
  };
  return order === "date" ? all : byInstrument(all, index.instruments.length);
}

/** The samples instrument by instrument, each in the order of time. */
function byInstrument({ rows, codes, sessions }: SampleRows, instruments: number): SampleRows {
  const next = new Uint32Array(instruments + 1);
  for (let i = 0; i < codes.length; i++) next[codes[i]! + 1]!++;
  const sorted = new Int32Array(codes.length);
  for (let code = 0; code < instruments; code++) {
    next[code + 1]! += next[code]!;
    sorted.fill(code, next[code]!, next[code + 1]!);
  }
  const [sortedRows, sortedSessions] = [new Uint32Array(rows.length), new Int32Array(rows.length)];
  for (let i = 0; i < rows.length; i++) {
    const at = next[codes[i]!]!++;
    sortedRows[at] = rows[i]!;
    sortedSessions[at] = sessions[i]!;
  }
  return { rows: sortedRows, codes: sorted, sessions: sortedSessions };
}

function flagsOf(frame: Frame, group: string): Cells {
  const block = frame.blocks.get(frame.groupsOf(group, "sequences: filter")[0]!)!;
  if (block.width === 1) return block.column(0);
  const problem = `sequences: the filter "${group}" has ${block.width} columns; give a group of one`;
  throw new DataServiceError("bad-request", problem, { count: block.width });
}

/** The same samples in the sessions and instruments of another index that has all of them, sessions counted from `first` on. */
export function samplesIn(samples: SampleRows, from: PanelIndex, to: PanelIndex, first: number): SampleRows {
  const { rows, codes, sessions } = samples;
  if (from === to) return { rows, codes, sessions: sessions.map((session) => session - first) };
  const places = Array.from(from.datetimes, (ns) => to.sessionAt(ns) - first);
  const names = from.instruments.map((instrument) => to.codeOf(instrument));
  return {
    rows,
    codes: codes.map((code) => names[code]!),
    sessions: sessions.map((session) => places[session]!),
  };
}
