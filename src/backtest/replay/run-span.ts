import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { formatNs, parseEndNs, parseTimeNs } from "../../time.js";
import type { Market } from "../market/market.js";
import type { ReplayOptions } from "./replay-options.js";

/** The sessions of a run, both inclusive, as positions in the market's calendar. */
export interface RunSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * From the first session at or after `start` to the last at or before `end`. Without them, those that qlib's
 * PortAnaRecord takes: from the first score's date to the session before the last score's.
 * @throws DataServiceError bad-request
 */
export function runSpan(scores: Panel, market: Market, options: ReplayOptions, notes: string[]): RunSpan {
  const { datetimes } = scores.index;
  const { start, end, after } = options;
  const count = market.sessionCount;
  const lastSession = market.datetimes[count - 1]!;
  const startNs = start === undefined ? datetimes[0]! : parseTimeNs(start, "start");
  let first = market.sessionAtOrAfter(startNs);
  if (after !== undefined) {
    const next = market.sessionAtOrAfter(after.datetime + 1n);
    if (start !== undefined && first < next) {
      const problem = `replay: start ${formatNs(startNs)} is not after ${formatNs(after.datetime)}, where the earlier run ended`;
      throw new DataServiceError("bad-request", problem, { field: "start" });
    }
    first = start === undefined ? next : first;
  }
  const last =
    end === undefined
      ? market.sessionAtOrAfter(datetimes.at(-1)!) - 1
      : market.sessionAtOrBefore(parseEndNs(end, "end"));
  if (end !== undefined && parseTimeNs(end, "end") > lastSession) {
    notes.push(
      `end ${formatNs(parseTimeNs(end, "end"))} is after the calendar's last session: the run ends on ${formatNs(lastSession)}; qlib fails there (IndexError)`,
    );
  } else if (last === count - 1) {
    notes.push(
      `the run ends on the calendar's last session, ${formatNs(lastSession)}; qlib fails there (IndexError)`,
    );
  }
  if (first <= last) return { first, last };
  const asked = `${formatNs(startNs)} .. ${end === undefined ? "the session before the last scores" : formatNs(parseEndNs(end, "end"))}`;
  throw new DataServiceError(
    "bad-request",
    `replay: no session of ${market.label} (${formatNs(market.datetimes[0]!)} .. ${formatNs(lastSession)}) lies in ${asked}; give a start and an end inside it`,
  );
}
