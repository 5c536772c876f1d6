import { DataServiceError, pathOf } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { parseRangeNs, type TimeInput } from "../../time.js";
import { isSessionsBefore, type SessionsBefore, startOf } from "../calendar.js";
import type { FoundCodes } from "../instrument-names.js";
import type { PanelIndex } from "../panel-index.js";
import type { RowSelection } from "./row-selection.js";
import type { UniverseSource } from "./window-rows.js";
import { pickRows, selectRows } from "./window-rows.js";

/** Which rows of a panel are asked for; what is omitted does not restrict them. */
export interface RowsRequest {
  /**
   * Instrument codes in either spelling, or a `Universe`, whose rows are looked up once; all instruments when omitted. A
   * string is one code.
   */
  readonly universe?: string | Iterable<string> | undefined;
  /**
   * First bar, inclusive: a time, or so many sessions before one, as in `{ sessionsBefore: 20, of: "2020-03-02" }`. A date
   * without bars snaps to the first bar after it.
   */
  readonly start?: TimeInput | SessionsBefore | undefined;
  /** Last bar, inclusive; a bare date includes its whole day. */
  readonly end?: TimeInput | undefined;
  /** How many bars: the last ones, or the first ones when only `start` is given. */
  readonly bars?: number | undefined;
  /** What `bars` counts: each instrument's own rows (default), or the panel's sessions, whoever traded. */
  readonly barsPer?: "instrument" | "session" | undefined;
  /** An unknown instrument is an error (default) or is left out and listed in the window's `unknownInstruments`. */
  readonly onUnknown?: "error" | "skip" | undefined;
}

/** A request for part of a Panel; what is omitted does not restrict it. */
export interface WindowRequest extends RowsRequest {
  /** Columns as `select` takes them; the window's columns keep the names asked for. All when omitted. */
  readonly fields?: readonly string[] | undefined;
}

const BARS_PER = ["instrument", "session"] as const;
export const ON_UNKNOWN = ["error", "skip"] as const;
export const WINDOW_KEYS: RequestKeys<WindowRequest> = {
  universe: true,
  start: true,
  end: true,
  bars: true,
  barsPer: true,
  fields: true,
  onUnknown: true,
};

/** Which rows a window has: one contiguous run of sessions, or rows picked one by one. */
export type RowPlan =
  | { readonly kind: "contiguous"; readonly firstSession: number; readonly lastSession: number }
  | ({ readonly kind: "gathered" } & RowSelection);

export interface WindowPlan {
  readonly rows: RowPlan;
  /** Codes of the universe that the panel does not know. */
  readonly unknownInstruments: readonly string[];
}

/**
 * The rows a request asks for. Nothing of a column is read, and nothing changes but the index's own caches.
 * @throws DataServiceError bad-request, unknown-instrument
 */
export function planWindow(index: PanelIndex, request: WindowRequest, label: string): WindowPlan {
  checkKeys(request, WINDOW_KEYS, "window");
  const { bars, barsPer = "instrument", onUnknown = "error" } = request;
  if (bars !== undefined && !(Number.isInteger(bars) && bars > 0)) {
    throw new DataServiceError("bad-request", `bars: ${String(bars)} is not a positive whole number of bars`);
  }
  checkChoice(barsPer, BARS_PER, "barsPer:");
  checkChoice(onUnknown, ON_UNKNOWN, "onUnknown:");
  const chosen = chooseInstruments(index, request, label);
  const unknown = chosen?.unknown ?? [];
  let [first, last] = sessionRange(index, request);
  const forward = request.start !== undefined && request.end === undefined;
  if (bars !== undefined && barsPer === "session") {
    if (forward) last = Math.min(last, first + bars);
    else first = Math.max(first, last - bars);
  }
  const own = bars !== undefined && barsPer === "instrument" && bars < last - first ? bars : undefined;
  const whole: RowPlan = { kind: "contiguous", firstSession: first, lastSession: last };
  if (chosen === undefined && own === undefined) return { rows: whole, unknownInstruments: unknown };
  const part = { first, last, bars: own ?? last - first, fromLast: own !== undefined && !forward };
  const { codes, source } = chosen ?? { codes: Int32Array.from(index.instruments.keys()) };
  const picked = source ? selectRows(index, codes, source, part) : pickRows(index, codes, part);
  return { rows: { kind: "gathered", ...picked }, unknownInstruments: unknown };
}

/** Sessions [first, last) between start and end; first = last where there are none. @throws DataServiceError bad-request */
export function sessionRange(
  index: PanelIndex,
  { start: asked, end }: Pick<WindowRequest, "start" | "end">,
): [first: number, last: number] {
  const start = isSessionsBefore(asked) ? startOf(index, asked) : asked;
  const { startNs, endNs } = parseRangeNs({ start, end });
  const first = startNs === undefined ? 0 : index.sessionAtOrAfter(startNs);
  const last = endNs === undefined ? index.sessionCount : index.sessionAtOrAfter(endNs + 1n);
  return [first, Math.max(first, last)];
}

/** Instruments of an index: ascending codes without repeats, and the names of those that it does not know. */
export interface ChosenInstruments extends FoundCodes {
  /** Where their rows are held. */
  readonly source?: UniverseSource | undefined;
  /** Whether members that the index does not know are left out whatever is asked: those of a list with dated spans. */
  readonly skipsUnknown?: boolean | undefined;
}

/** A universe that holds what looking it up found: `Universe` of the room universe/, which this room does not know. */
export interface HeldUniverse extends Iterable<string> {
  chosenIn(index: PanelIndex): ChosenInstruments;
}

/** The universe of a request; undefined for all instruments. */
function chooseInstruments(
  index: PanelIndex,
  { universe, onUnknown = "error" }: Pick<RowsRequest, "universe" | "onUnknown">,
  label: string,
): ChosenInstruments | undefined {
  if (universe === undefined) return undefined;
  const chosen: ChosenInstruments = isHeld(universe)
    ? universe.chosenIn(index)
    : index.codesOfAll(instrumentsOf(universe));
  const { unknown, skipsUnknown } = chosen;
  if (unknown.length > 0 && onUnknown !== "skip" && !skipsUnknown) {
    throw unknownInstruments(index, unknown, label);
  }
  return { ...chosen, unknown: unknown.slice() }; // the caller may do with it as they like
}

function isHeld(universe: string | Iterable<string>): universe is HeldUniverse {
  return typeof universe === "object" && universe !== null && "chosenIn" in universe;
}

/** The codes that a caller's `option` lists; a string is one. @throws DataServiceError bad-request */
export function instrumentsOf(universe: string | Iterable<string>, option = "universe"): Iterable<string> {
  if (typeof universe === "string") return [universe];
  if (typeof universe?.[Symbol.iterator] === "function") return universe;
  const problem = `${option}: ${String(universe)} is not a list of instruments; leave it out for all of them`;
  throw new DataServiceError("bad-request", problem);
}

/** That a universe names instruments which an index does not have. */
export function unknownInstruments(
  index: PanelIndex,
  unknown: readonly string[],
  label: string,
): DataServiceError {
  const name = String(unknown[0]);
  const near = nearestName(name, index.instruments);
  const others = unknown.length > 1 ? ` (and ${unknown.length - 1} more of the universe)` : "";
  return new DataServiceError(
    "unknown-instrument",
    `unknown instrument "${name}"${others} in ${label}${suggestion(near)}; onUnknown: "skip" leaves unknown ones out`,
    {
      ...pathOf(label),
      instrument: name,
      count: unknown.length,
      found: unknown.slice(0, 10).map(String),
      ...(near !== undefined && { suggestion: near }),
      advice: { code: "skip-unknown", words: 'onUnknown: "skip" leaves' },
    },
  );
}
