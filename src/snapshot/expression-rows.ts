import { IN_MEMORY } from "../errors.js";
import type { ExpressionPlan } from "../expression/expression-plan.js";
import type { PanelKeys } from "../expression/layout.js";
import { keysOf, keysOfMembers } from "../expression/panel-table.js";
import { planWindow, type RowPlan } from "../keys/find/window-plan.js";
import { indexOfRows } from "../keys/index-of-rows.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { BaseRows } from "../universe/plan-rows.js";

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
export function rowsForWindow(base: PanelIndex, plan: ExpressionPlan, rows: BaseRows): ExpressionRows {
  const { index, firstSession, lastSession } = rows;
  const few = index.instruments.length < NARROW_SHARE * base.instruments.length;
  const wholeMarket = plan.stages.length > 0;
  if (!few || wholeMarket || rows.rows.kind === "contiguous") {
    return rowsOfSessions(base, plan, firstSession, lastSession);
  }
  const all = planWindow(base, { universe: index.instruments }, IN_MEMORY.basePanel).rows;
  if (all.kind === "contiguous") return rowsOfSessions(base, plan, firstSession, lastSession);
  const [from, to] = sessionsRead(plan, base.sessionCount, firstSession, lastSession);
  const keys = keysOfMembers(all.index, base);
  const firstRead = keys.offsets[from]!;
  const picked = all.rows.subarray(firstRead, keys.offsets[to]!);
  const readIndex = indexOfRows(base, picked);
  return {
    first: firstSession,
    last: lastSession,
    from,
    to,
    keys,
    instruments: all.index.instruments,
    baseRows: all.rows,
    read: { kind: "gathered", rows: picked, index: readIndex },
    readIndex,
    firstRead,
  };
}

/** All base rows of the sessions [first, last). */
export function rowsOfSessions(
  base: PanelIndex,
  plan: ExpressionPlan,
  first: number,
  last: number,
): ExpressionRows {
  const [from, to] = sessionsRead(plan, base.sessionCount, first, last);
  return {
    first,
    last,
    from,
    to,
    keys: keysOf(base),
    instruments: base.instruments,
    baseRows: undefined,
    read: { kind: "contiguous", firstSession: from, lastSession: to },
    readIndex: base.slice(from, to),
    firstRead: base.startOf(from),
  };
}

/** The sessions [from, to) that are read to compute the sessions [first, last). */
function sessionsRead(
  { marginBack, marginAhead }: ExpressionPlan,
  sessionCount: number,
  first: number,
  last: number,
): [number, number] {
  if (first >= last) return [first, first];
  return [Math.max(0, first - marginBack), Math.min(sessionCount, last + marginAhead)];
}
