import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { lowerBound, upperBound } from "../../search.js";
import { formatNs } from "../../time.js";
import type { Span } from "../processors/processor.js";
import { parseSpan } from "./span.js";

/** How segments roll on; qlib's RollingGen. */
export interface RollingOptions {
  /** Sessions of a test segment, and how far every segment moves on. */
  readonly step: number;
  /** Whether "train" keeps its start (`expanding`), or moves on as the others do (`sliding`). */
  readonly type: "expanding" | "sliding";
  /** Which segment is rolled over; "test" when omitted. */
  readonly test?: string | undefined;
  /** Sessions before the test segment at which the others end at the latest: qlib's `trunc_days`. */
  readonly truncate?: number | undefined;
}

const KEYS: RequestKeys<RollingOptions> = { step: true, type: true, test: true, truncate: true };
const TYPES = ["expanding", "sliding"] as const;

/** Positions on a calendar, both inclusive; one at or past its end is open. */
interface Place {
  readonly first: number;
  readonly last: number;
}

/**
 * Segments that move over a calendar, as qlib's RollingGen makes them: of each, the test segment is the next `step` sessions.
 * The last one is not cut at the end that was asked for; past the calendar it is open (null). Give each to `trainingSet`,
 * whose processors are then fitted on its own "train". qlib fails on a segment that begins with the calendar, when
 * truncated, and where a test segment ends with it; here these are like any other.
 * @param calendar sessions, epoch nanoseconds, such as `panel.index.datetimes`
 * @throws DataServiceError bad-request
 */
export function rollingSegments(
  calendar: BigInt64Array,
  segments: Readonly<Record<string, Span>>,
  options: RollingOptions,
): Record<string, Span>[] {
  checkKeys(options, KEYS, "rollingSegments");
  const { step, type, test = "test", truncate } = options;
  checkChoice(type, TYPES, "rollingSegments: type");
  if (!(Number.isInteger(step) && step > 0)) {
    const problem = `rollingSegments: step ${String(step)} is not a number of sessions`;
    throw new DataServiceError("bad-request", problem, { field: "step" });
  }
  const placed = new Map(
    Object.entries(segments).map(([name, span]) => [name, placeOf(calendar, span, name)]),
  );
  const rolled = placed.get(test);
  if (!rolled) {
    const problem = `rollingSegments: there is no segment "${test}" to roll over; name it with test`;
    throw new DataServiceError("bad-request", problem, { found: [...placed.keys()] });
  }
  const until = Math.min(rolled.last, calendar.length - 1);
  let current = new Map(placed);
  current.set(test, { first: rolled.first, last: rolled.first + step - 1 });
  if (truncate !== undefined) current = truncated(current, test, truncate);
  const tasks: Record<string, Span>[] = [];
  while (current.get(test)!.first <= until) {
    tasks.push(Object.fromEntries([...current].map(([name, place]) => [name, spanOf(calendar, place)])));
    current = new Map(
      [...current].map(([name, { first, last }]) => {
        const stays = type === "expanding" && name === "train";
        return [name, { first: stays ? first : first + step, last: last + step }];
      }),
    );
  }
  return tasks;
}

/** The other segments end `sessions` before the test begins at the latest (qlib's TimeAdjuster.truncate). */
function truncated(places: ReadonlyMap<string, Place>, test: string, sessions: number): Map<string, Place> {
  const latest = places.get(test)!.first - sessions;
  if (latest < 0) {
    const problem = `rollingSegments: truncate ${sessions} leaves nothing before the test segment`;
    throw new DataServiceError("bad-request", problem, { field: "truncate" });
  }
  return new Map(
    [...places].map(([name, { first, last }]) => [
      name,
      name === test ? { first, last } : { first: Math.min(first, latest), last: Math.min(last, latest) },
    ]),
  );
}

/** A start snaps to the session after it, an end to the one before. */
function placeOf(calendar: BigInt64Array, span: Span, name: string): Place {
  const { startNs, endNs } = parseSpan(span, `segments.${name}`);
  const first = startNs === undefined ? 0 : lowerBound(calendar, startNs, 0, calendar.length);
  const last = endNs === undefined ? calendar.length : upperBound(calendar, endNs, 0, calendar.length) - 1;
  if (first < calendar.length && first <= last) return { first, last };
  const problem = `segments.${name}: no session of the calendar lies in it`;
  throw new DataServiceError("bad-request", problem, { field: name, count: 0 });
}

function spanOf(calendar: BigInt64Array, { first, last }: Place): Span {
  const text = (session: number) => (session < calendar.length ? formatNs(calendar[session]!) : null);
  return [text(first), text(last)];
}
