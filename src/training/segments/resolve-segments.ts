import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { lowerBound, upperBound } from "../../search.js";
import { formatNs } from "../../time.js";
import type { Span } from "../processors/processor.js";
import { parseSpan, spanText } from "./span.js";

/** The segment that processors are fitted on, unless said otherwise. */
export const TRAIN = "train";

/** A segment on the calendar. */
export interface Segment {
  readonly name: string;
  /** As it was asked for. */
  readonly span: Span;
  /** The first and last session it has, both inclusive, epoch nanoseconds. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  /** How many sessions were taken from its end, and its start, so that labels do not reach across. */
  readonly purged: number;
  readonly embargoed: number;
}

export interface Gaps {
  /** Sessions between the last of a segment and the first of the next. */
  readonly purge: number;
  /** Besides these, after a segment that training rows follow. */
  readonly embargo: number;
}

/**
 * Places segments on a calendar. Of two that do not overlap, the earlier one ends `purge` sessions sooner where it must;
 * training rows after another segment begin `purge + embargo` sessions later instead. Overlapping segments are as asked for.
 * @throws DataServiceError bad-request (no session in a segment, or none left of it)
 */
export function resolveSegments(
  calendar: BigInt64Array,
  segments: Readonly<Record<string, Span>>,
  { purge, embargo }: Gaps,
): Map<string, Segment> {
  const names = Object.keys(segments);
  if (names.length === 0)
    throw new DataServiceError("bad-request", "segments: there is none; give { train: [start, end] }");
  const placed = names.map((name) => place(calendar, name, segments[name]!));
  const resolved = placed.map((own) => {
    let { first, last } = own;
    for (const other of placed) {
      if (own.last < other.first && !(other.name === TRAIN && own.name !== TRAIN)) {
        last = Math.min(last, other.first - purge - 1);
      }
      if (other.last < own.first && own.name === TRAIN)
        first = Math.max(first, other.last + purge + embargo + 1);
    }
    if (first > last) {
      const problem = `segments.${own.name}: none of its ${own.last - own.first + 1} sessions is left between its neighbours with a purge of ${purge} and an embargo of ${embargo}; make it longer, or set purge: "none"`;
      throw new DataServiceError("bad-request", problem, { field: own.name });
    }
    const [firstNs, lastNs] = [calendar[first]!, calendar[last]!];
    const segment: Segment = {
      name: own.name,
      span: segments[own.name]!,
      firstNs,
      lastNs,
      purged: own.last - last,
      embargoed: first - own.first,
    };
    return [own.name, segment] as const;
  });
  return new Map(resolved);
}

function place(
  calendar: BigInt64Array,
  name: string,
  span: Span,
): { name: string; first: number; last: number } {
  const { startNs, endNs } = parseSpan(span, `segments.${name}`);
  const first = startNs === undefined ? 0 : lowerBound(calendar, startNs, 0, calendar.length);
  const last = (endNs === undefined ? calendar.length : upperBound(calendar, endNs, 0, calendar.length)) - 1;
  if (first <= last) return { name, first, last };
  const there =
    calendar.length === 0
      ? "there are none"
      : `they run ${formatNs(calendar[0]!)} .. ${formatNs(calendar.at(-1)!)}`;
  throw new DataServiceError(
    "bad-request",
    `segments.${name}: no session lies in ${spanText(span)}; ${there}`,
    { field: name, count: 0 },
  );
}

/** A segment by its name. @throws DataServiceError bad-request, with the nearest */
export function findSegment(segments: ReadonlyMap<string, Segment>, name: string): Segment {
  const found = segments.get(name);
  if (found) return found;
  const names = [...segments.keys()];
  const near = nearestName(name, names);
  const hint = suggestion(near) || `; there are ${listNames(names)}`;
  throw new DataServiceError("bad-request", `there is no segment "${name}"${hint}`, {
    field: name,
    found: names,
    ...(near !== undefined && { suggestion: near }),
  });
}
