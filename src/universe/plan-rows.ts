import { DataServiceError } from "../errors.js";
import { instrumentsOf, planWindow, type RowPlan, type RowsRequest } from "../keys/find/window-plan.js";
import { indexOfRows } from "../keys/index-of-rows.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { nearestName, suggestion } from "../names/nearest.js";
import type { InstrumentList } from "./instrument-list.js";
import { memberRows } from "./member-rows.js";
import { isList, type MembershipSpans, Universe } from "./universe.js";

/** Which rows of the base panel a request has, and in which membership span each lies. */
export interface BaseRows {
  readonly rows: RowPlan;
  /** The key of the result. */
  readonly index: PanelIndex;
  /** The base sessions [firstSession, lastSession) that the rows lie in. */
  readonly firstSession: number;
  readonly lastSession: number;
  readonly unknownInstruments: readonly string[];
  /** For members of a list: the span of each row, and each span's first session. */
  readonly spans?: MembershipSpans | undefined;
}

/** Codes, a list whose membership is checked row by row, or a universe that holds its rows; undefined for all. */
export type AskedUniverse = readonly string[] | InstrumentList | Universe | undefined;

/** The rows of a request, as `planWindow` finds them; of a list only those of members on their day. */
export function planBaseRows(
  index: PanelIndex,
  universe: AskedUniverse,
  request: Omit<RowsRequest, "universe">,
  label: string,
): BaseRows {
  if (universe instanceof Universe || !isList(universe)) {
    const { rows, unknownInstruments } = planWindow(index, { ...request, universe }, label);
    const isHeld = universe instanceof Universe && rows.kind === "gathered";
    const spans = isHeld ? universe.spansOf(index, rows.rows) : undefined;
    return { ...ofRows(index, rows, unknownInstruments), spans };
  }
  const { start, end, bars, barsPer = "instrument", onUnknown } = request;
  const bySession = barsPer === "session" ? bars : undefined;
  const range = planWindow(index, { start, end, bars: bySession, barsPer, onUnknown }, label);
  const [first, last] = sessionsOf(index, range.rows);
  const members = memberRows(index, universe, first, last);
  const picked = { rows: members.rows, index: indexOfRows(index, members.rows), ofRow: members.spans };
  const own = bySession === undefined && bars !== undefined ? lastOf(picked, request, label) : picked;
  const found = ofRows(index, { kind: "gathered", rows: own.rows, index: own.index }, members.unknown);
  return { ...found, spans: { ofRow: own.ofRow, starts: members.spanStarts } };
}

interface Picked {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
  readonly ofRow: Int32Array;
}

/** The last (or first) bars of each member among its own rows as a member. */
function lastOf(picked: Picked, { start, end, bars }: RowsRequest, label: string): Picked {
  const { rows } = planWindow(picked.index, { start, end, bars }, label);
  if (rows.kind === "gathered") {
    return {
      rows: Uint32Array.from(rows.rows, (row) => picked.rows[row]!),
      ofRow: Int32Array.from(rows.rows, (row) => picked.ofRow[row]!),
      index: rows.index,
    };
  }
  const [first, last] = [picked.index.startOf(rows.firstSession), picked.index.startOf(rows.lastSession)];
  return {
    rows: picked.rows.subarray(first, last),
    ofRow: picked.ofRow.subarray(first, last),
    index: picked.index.slice(rows.firstSession, rows.lastSession),
  };
}

function ofRows(index: PanelIndex, rows: RowPlan, unknownInstruments: readonly string[]): BaseRows {
  const own = rows.kind === "gathered" ? rows.index : index.slice(rows.firstSession, rows.lastSession);
  const [firstSession, lastSession] = sessionsOf(index, rows);
  return { rows, index: own, firstSession, lastSession, unknownInstruments };
}

/** The sessions [first, last) of `index` that a plan's rows lie in; first = last where it has none. */
function sessionsOf(index: PanelIndex, plan: RowPlan): [number, number] {
  if (plan.kind === "contiguous") return [plan.firstSession, plan.lastSession];
  const { datetimes, sessionCount } = plan.index;
  if (sessionCount === 0) return [0, 0];
  return [index.sessionAt(datetimes[0]!), index.sessionAt(datetimes[sessionCount - 1]!) + 1];
}

/**
 * What a caller's universe means: nothing for all, codes as they are, and a single name first as a list.
 * @throws DataServiceError unknown-instrument where a single name is neither a list nor like a code; bad-request
 */
export function resolveUniverse(
  universe: string | Iterable<string> | null | undefined,
  lists: ReadonlyMap<string, string>,
  read: (name: string) => InstrumentList,
  index: PanelIndex,
): AskedUniverse {
  if (universe === undefined || universe === null) return undefined;
  if (universe instanceof Universe) return universe;
  if (typeof universe !== "string") return [...instrumentsOf(universe)];
  if (lists.has(universe)) return read(universe);
  if (index.codeOf(universe) >= 0 || /\d{6}/.test(universe)) return [universe];
  const near = nearestName(universe, [...lists.keys(), ...index.instruments]);
  const known =
    lists.size === 0 ? "there are no instrument lists" : `the lists are ${[...lists.keys()].join(", ")}`;
  throw new DataServiceError(
    "unknown-instrument",
    `universe "${universe}" is neither an instrument list nor an instrument; ${known}${suggestion(near)}`,
    {
      instrument: universe,
      found: [...lists.keys()],
      ...(near !== undefined && { suggestion: near }),
    },
  );
}
