import { DataServiceError } from "../../errors.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { formatNs, parseEndNs, parseTimeNs, type TimeInput } from "../../time.js";
import type { Span } from "../processors/processor.js";

/** Epoch nanoseconds, both inclusive; undefined is open. */
export interface SpanNs {
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}

const MONTH = /^(\d{4})-(\d{2})$/;

/** @param what how errors name it, such as `segments.train` @throws DataServiceError bad-request, also for an end before the start */
export function parseSpan(span: Span, what: string): SpanNs {
  if (!Array.isArray(span) || span.length !== 2) {
    const problem = `${what}: ${JSON.stringify(span)} is not a span; give [start, end], null where it is open`;
    throw new DataServiceError("bad-request", problem);
  }
  const [start, end] = span as Span;
  const startNs = start === null ? undefined : parseTimeNs(monthStart(start), `${what}[0]`);
  const endNs = end === null ? undefined : parseEndNs(monthEnd(end), `${what}[1]`);
  if (startNs !== undefined && endNs !== undefined && startNs > endNs) {
    const problem = `${what}: it ends on ${formatNs(parseTimeNs(monthEnd(end!), what))}, before it starts on ${formatNs(startNs)}`;
    throw new DataServiceError("bad-request", problem);
  }
  return { startNs, endNs };
}

function monthStart(time: TimeInput): TimeInput {
  return typeof time === "string" && MONTH.test(time.trim()) ? `${time.trim()}-01` : time;
}

function monthEnd(time: TimeInput): TimeInput {
  const month = typeof time === "string" ? MONTH.exec(time.trim()) : null;
  if (!month) return time;
  const days = new Date(Date.UTC(Number(month[1]), Number(month[2]), 0)).getUTCDate();
  return `${month[0]}-${days}`;
}

/** Sessions [first, last) of an index. */
export interface Sessions {
  readonly first: number;
  readonly last: number;
}

/** The sessions that lie in a span; first = last where there are none. */
export function sessionsIn(index: PanelIndex, { startNs, endNs }: SpanNs): Sessions {
  const first = startNs === undefined ? 0 : index.sessionAtOrAfter(startNs);
  const last = endNs === undefined ? index.sessionCount : index.sessionAtOrAfter(endNs + 1n);
  return { first, last: Math.max(first, last) };
}

/** `2019-01-02 .. 2019-08-30`, with an open end as `…`. */
export function spanText([start, end]: Span): string {
  const text = (time: TimeInput | null) =>
    time === null ? "…" : typeof time === "string" ? time : formatNs(parseTimeNs(time, "span"));
  return `${text(start)} .. ${text(end)}`;
}
