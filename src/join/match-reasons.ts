import { matchSessions } from "../align/align.js";
import { instrumentSpans } from "../keys/instrument-spans.js";
import type { PanelIndex } from "../keys/panel-index.js";

/** Why a row of one panel has no match in the other; the first reason that holds. */
export const REASONS = [
  /** The other panel has no row of this instrument at all. */
  "no such instrument",
  /** The other panel has the instrument, but no row of any instrument at this datetime. */
  "no such session",
  /** The session lies before the other panel's first row of the instrument. */
  "not listed yet",
  /** The session lies after the other panel's last row of the instrument. */
  "delisted",
  /** The other panel has the instrument before and after, but not in this session. */
  "suspended",
  /** As-of joins: the other panel's first row of the instrument comes later. */
  "nothing yet",
  /** As-of joins: the latest row before is older than the tolerance. */
  "beyond tolerance",
  /** As-of joins: a right row that no left row took: a later one came first, or no left row follows within the tolerance. */
  "superseded",
] as const;

/** Why a row of one panel has none beside it in the other. */
export type Reason = (typeof REASONS)[number];

/** Judges count by position, which is one number a row and no text. */
const at = (reason: Reason): number => REASONS.indexOf(reason);
const NO_SUCH_INSTRUMENT = at("no such instrument");
const NO_SUCH_SESSION = at("no such session");
const NOT_LISTED_YET = at("not listed yet");
const DELISTED = at("delisted");
const SUSPENDED = at("suspended");
const NOTHING_YET = at("nothing yet");
const BEYOND_TOLERANCE = at("beyond tolerance");
const SUPERSEDED = at("superseded");

/** How many rows for each reason; only those that occur. */
export type ReasonCounts = Readonly<Partial<Record<Reason, number>>>;

/** The position in REASONS of why (session, code) of one panel has no row in the other. */
export type Judge = (session: number, code: number) => number;

/** For joins on equal keys. `toOther` maps the codes of `own` to those of `other`, -1 for none. */
export function judgeEqual(own: PanelIndex, other: PanelIndex, toOther: Int32Array): Judge {
  const { first, last } = instrumentSpans(other);
  const sessions = matchSessions(own.datetimes, other.datetimes);
  return (session, code) => {
    const there = toOther[code]!;
    if (there < 0 || first[there]! < 0) return NO_SUCH_INSTRUMENT;
    const now = sessions[session]!;
    if (now < 0) return NO_SUCH_SESSION;
    if (now < first[there]!) return NOT_LISTED_YET;
    return now > last[there]! ? DELISTED : SUSPENDED;
  };
}

/** For the left rows of as-of joins; `exact`: whether a row of the same time would have done. */
export function judgeAsofLeft(
  left: PanelIndex,
  right: PanelIndex,
  toRight: Int32Array,
  exact: boolean,
): Judge {
  const { first } = instrumentSpans(right);
  return (session, code) => {
    const there = toRight[code]!;
    if (there < 0 || first[there]! < 0) return NO_SUCH_INSTRUMENT;
    const [begins, now] = [right.datetimes[first[there]!]!, left.datetimes[session]!];
    return begins > now || (begins === now && !exact) ? NOTHING_YET : BEYOND_TOLERANCE;
  };
}

/** For the right rows of as-of joins. */
export function judgeAsofRight(left: PanelIndex, toLeft: Int32Array): Judge {
  const { first } = instrumentSpans(left);
  return (_, code) => (toLeft[code]! < 0 || first[toLeft[code]!]! < 0 ? NO_SUCH_INSTRUMENT : SUPERSEDED);
}
