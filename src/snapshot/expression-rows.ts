import { IN_MEMORY } from "../errors.js";
import type { PanelKeys } from "../expression/layout.js";
import { planWindow, type RowPlan } from "../keys/find/window-plan.js";
import { indexOfRows } from "../keys/index-of-rows.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { BaseRows } from "../universe/plan-rows.js";
import type { FieldExpressions } from "./evaluate-fields.js";

/** Of which base rows expressions are computed, and of which the cells are read for it. */
export interface ExpressionRows {
  /** The sessions that are computed; half-open. */
  readonly first: number;
  readonly last: number;
  /** The sessions of which cells are read: those computed, with the warm-up. */
  readonly from: number;
  readonly to: number;
  /** Every row of the instruments that take part, in all sessions of the base: their spans count, not only cells. */
  readonly keys: PanelKeys;
  readonly instruments: readonly string[];
  /** The base row of each row of `keys`, where some instruments are left out. */
  readonly baseRows: Uint32Array | undefined;
  /** The base rows that are read; the first of them is row `firstRead` of `keys`. */
  readonly read: RowPlan;
  readonly readIndex: PanelIndex;
  readonly firstRead: number;
}

/** Below this share of the base's instruments, expressions that need no other are computed for these alone. */
const NARROW_SHARE = 0.25;

/** The rows for a window. Expressions with a cross-section need the whole market, whoever is asked for. */
export function rowsForWindow(
  base: PanelIndex,
  expressions: FieldExpressions,
  rows: BaseRows,
): ExpressionRows {
  const { index, firstSession, lastSession } = rows;
  const few = index.instruments.length < NARROW_SHARE * base.instruments.length;
  if (!few || expressions.wholeMarket || rows.rows.kind === "contiguous") {
    return rowsOfSessions(base, expressions, firstSession, lastSession);
  }
  const [from, to] = sessionsRead(expressions, base.sessionCount, firstSession, lastSession);
  const wanted = Int32Array.from(index.instruments, (name) => base.codeOf(name)).sort();
  const instruments = Array.from(wanted, (code) => base.instruments[code]!);
  const all = planWindow(base, { universe: instruments }, IN_MEMORY.basePanel).rows;
  if (all.kind === "contiguous") return rowsOfSessions(base, expressions, firstSession, lastSession);
  const baseRows = all.rows;
  const place = new Int32Array(base.instruments.length);
  for (const [position, code] of wanted.entries()) place[code] = position;
  const offsets = new Uint32Array(base.sessionCount + 1);
  for (let s = 0, at = 0; s < base.sessionCount; s++) {
    const end = base.startOf(s + 1);
    while (at < baseRows.length && baseRows[at]! < end) at++;
    offsets[s + 1] = at;
  }
  const { codes } = base;
  const keys: PanelKeys = {
    sessionCount: base.sessionCount,
    instrumentCount: wanted.length,
    offsets,
    codes: Int32Array.from(baseRows, (row) => place[codes[row]!]!),
  };
  const picked = baseRows.subarray(offsets[from]!, offsets[to]!);
  const readIndex = indexOfRows(base, picked);
  const read: RowPlan = { kind: "gathered", rows: picked, index: readIndex };
  const range = { first: firstSession, last: lastSession, from, to };
  return { ...range, keys, instruments, baseRows, read, readIndex, firstRead: offsets[from]! };
}

/** All base rows of the sessions [first, last). */
export function rowsOfSessions(
  base: PanelIndex,
  expressions: FieldExpressions,
  first: number,
  last: number,
): ExpressionRows {
  const [from, to] = sessionsRead(expressions, base.sessionCount, first, last);
  const { offsets, codes, instruments, sessionCount } = base;
  return {
    first,
    last,
    from,
    to,
    keys: {
      sessionCount,
      instrumentCount: instruments.length,
      offsets: offsets[0] === 0 ? offsets : offsets.map((row) => row - offsets[0]!),
      codes,
    },
    instruments,
    baseRows: undefined,
    read: { kind: "contiguous", firstSession: from, lastSession: to },
    readIndex: base.slice(from, to),
    firstRead: base.startOf(from),
  };
}

/** The sessions [from, to) that are read to compute the sessions [first, last). */
function sessionsRead(
  { marginBack, marginAhead }: FieldExpressions,
  sessionCount: number,
  first: number,
  last: number,
): [number, number] {
  if (first >= last) return [first, first];
  return [Math.max(0, first - marginBack), Math.min(sessionCount, last + marginAhead)];
}
