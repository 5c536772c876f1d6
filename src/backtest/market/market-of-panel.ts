import { isNumeric } from "../../columns/floats.js";
import { DataServiceError } from "../../errors.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { bareName } from "../../names/field.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { onlyPanel } from "../../panel/only-panels.js";
import type { Panel } from "../../panel/panel.js";
import { parseTimeNs, type TimeInput } from "../../time.js";
import { type Grid, Market } from "./market.js";

/** What a panel does not say of its market. */
export interface MarketOptions {
  /** The trading calendar where it has sessions that no row of the panel has; by default the panel's own sessions. */
  readonly calendar?: Iterable<TimeInput> | undefined;
  /** Gives the members of an instrument list by its name, for `exchange.codes`. */
  readonly list?: ((name: string) => readonly MemberSpan[]) | undefined;
}

const MARKET_KEYS: RequestKeys<MarketOptions> = { calendar: true, list: true };

/**
 * A panel of prices as a market. An instrument's bars reach from its first row to its last; a session between without a
 * row counts as suspended, as one whose fields are NaN does.
 * @throws DataServiceError bad-request (no rows, a calendar without the panel's sessions)
 */
export function marketOf(panel: Panel, options: MarketOptions = {}): Market {
  onlyPanel(panel, "marketOf: market");
  checkKeys(options, MARKET_KEYS, "marketOf");
  const { index, label } = panel;
  if (index.rowCount === 0) {
    throw new DataServiceError("bad-request", `${label}: no rows; a backtest needs prices`);
  }
  const datetimes = options.calendar ? calendarOf(options.calendar) : index.datetimes;
  const sessions = sessionsWithin(datetimes, panel);
  const instruments = index.instruments;
  const width = instruments.length;
  const [firstBar, endBar] = [new Int32Array(width), new Int32Array(width)];
  for (let s = 0; s < index.sessionCount; s++) {
    for (const code of index.codesOf(index.startOf(s), index.startOf(s + 1))) {
      if (endBar[code] === 0) firstBar[code] = sessions[s]!;
      endBar[code] = sessions[s]! + 1;
    }
  }
  const fields = new Map<string, () => Grid>();
  for (const name of panel.columnNames) {
    if (isNumeric(panel.column(name).type)) {
      fields.set(bareName(name), () => gridOf(panel, name, sessions, datetimes.length));
    }
  }
  return new Market({ label, datetimes, instruments, firstBar, endBar, fields, list: options.list });
}

function calendarOf(given: Iterable<TimeInput>): BigInt64Array {
  const datetimes = BigInt64Array.from([...given].map((time) => parseTimeNs(time, "calendar")));
  const at = datetimes.findIndex((ns, i) => i > 0 && ns <= datetimes[i - 1]!);
  if (at < 0) return datetimes;
  throw new DataServiceError("bad-request", `calendar: session ${at} is not after the one before; sort it`, {
    position: at,
  });
}

/** The position of each of the panel's sessions in the calendar. */
function sessionsWithin(calendar: BigInt64Array, panel: Panel): Int32Array {
  const sessions = new Int32Array(panel.index.sessionCount);
  let at = 0;
  for (const [s, ns] of panel.index.datetimes.entries()) {
    while (at < calendar.length && calendar[at]! < ns) at++;
    if (calendar[at] !== ns) {
      throw new DataServiceError(
        "bad-request",
        `marketOf: the calendar lacks sessions that ${panel.label} has; give one that holds them all`,
      );
    }
    sessions[s] = at;
  }
  return sessions;
}

function gridOf(panel: Panel, name: string, sessions: Int32Array, height: number): Grid {
  const { index } = panel;
  const cells = panel.column(name).floats();
  const width = index.instruments.length;
  const size = width * height;
  const grid = cells instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  if (index.rowCount < size) grid.fill(Number.NaN);
  for (let s = 0; s < index.sessionCount; s++) {
    const [first, last, base] = [index.startOf(s), index.startOf(s + 1), sessions[s]! * width];
    const codes = index.codesOf(first, last);
    for (let i = 0; i < codes.length; i++) grid[base + codes[i]!] = cells[first + i]!;
  }
  return grid;
}
