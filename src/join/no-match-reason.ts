import { listNames } from "../names/field.js";
import type { PanelIndex } from "../panel/panel-index.js";
import { formatNs, NS_PER_DAY, NS_PER_SECOND } from "../time.js";
import { matchSessions } from "./align.js";
import { mapInstruments } from "./instrument-map.js";

/**
 * Why no row of `left` has one of the same key in `right`, as far as the keys tell. A clause that calls the left "its" and
 * the right "there": `its sessions lie 15 h after those there (2020-01-02 15:00:00, 2020-01-02)`.
 */
export function noMatchReason(left: PanelIndex, right: PanelIndex): string {
  if (left.rowCount === 0) return "it has no rows";
  if (right.rowCount === 0) return "there are no rows there";
  if (matchSessions(left.datetimes, right.datetimes).every((session) => session < 0)) {
    return shiftReason(left.datetimes, right.datetimes) ?? spanReason(left, right);
  }
  const [own, others] = [left.usedInstruments(), right.usedInstruments()];
  if (mapInstruments(own, others).every((code) => code < 0)) {
    return spellingReason(own, others) ?? `none of its instruments is there: ${listNames(own, 3)}`;
  }
  return "its instruments have no row in the sessions that both have";
}

/** Where the sessions of each have one time of day, such as the close or midnight, and the two differ. */
function shiftReason(own: BigInt64Array, others: BigInt64Array): string | undefined {
  const [ownTime, otherTime] = [timeOfDay(own), timeOfDay(others)];
  if (ownTime === undefined || otherTime === undefined || ownTime === otherTime) return undefined;
  const shift = ownTime - otherTime;
  // 16:00 of the day before is midnight in another zone.
  const best = [shift, shift > 0n ? shift - NS_PER_DAY : shift + NS_PER_DAY]
    .map((by) => ({ by, met: metWhenMoved(own, others, by) }))
    .sort((a, b) => b.met.length - a.met.length)[0]!;
  if (best.met.length === 0) return undefined;
  const example = own[best.met[0]!]!;
  return `its sessions lie ${lengthText(best.by)} those there (${formatNs(example)}, ${formatNs(example - best.by)})`;
}

/** The time of day of all sessions, in nanoseconds; undefined where they have several. */
function timeOfDay(datetimes: BigInt64Array): bigint | undefined {
  const time = (ns: bigint): bigint => ((ns % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  const first = time(datetimes[0]!);
  return datetimes.every((ns) => time(ns) === first) ? first : undefined;
}

/** Those of `own` that are sessions of `others` when they are moved back. */
function metWhenMoved(own: BigInt64Array, others: BigInt64Array, by: bigint): number[] {
  const met = matchSessions(
    own.map((ns) => ns - by),
    others,
  );
  return [...own.keys()].filter((session) => met[session]! >= 0);
}

/** `15 h after`, `90 min before`. */
function lengthText(ns: bigint): string {
  const length = ns < 0n ? -ns : ns;
  const unit = [
    ["h", 3600n * NS_PER_SECOND],
    ["min", 60n * NS_PER_SECOND],
    ["s", NS_PER_SECOND],
  ] as const;
  const [name, one] = unit.find(([, size]) => length % size === 0n) ?? ["ns", 1n];
  return `${length / one} ${name} ${ns < 0n ? "before" : "after"}`;
}

function spanReason(left: PanelIndex, right: PanelIndex): string {
  const [own, others] = [left.datetimes, right.datetimes];
  const [ownSpan, otherSpan] = [left.spanText(), right.spanText()];
  const [isBefore, isAfter] = [own.at(-1)! < others[0]!, own[0]! > others.at(-1)!];
  if (!isBefore && !isAfter)
    return `none of its sessions is among those there (${ownSpan}; there ${otherSpan})`;
  return `its sessions (${ownSpan}) all lie ${isBefore ? "before" : "after"} those there (${otherSpan})`;
}

/** Where the numbers of stocks are the same and what stands around them is not. */
function spellingReason(own: readonly string[], others: readonly string[]): string | undefined {
  const byNumber = new Map<string, string>();
  for (const code of others) {
    const number = numberOf(code);
    if (number !== undefined && !byNumber.has(number)) byNumber.set(number, code);
  }
  for (const code of own) {
    const there = byNumber.get(numberOf(code) ?? "");
    if (there === undefined) continue;
    const isBare = /^\d+$/.test(code);
    const what = isBare ? "its codes have no exchange" : "its codes are spelled differently";
    return `${what} ("${code}", there "${there}")`;
  }
  return undefined;
}

/** The six digits of a stock code; a code that became a number has lost its leading zeros. */
function numberOf(code: string): string | undefined {
  return /^\d{1,6}$/.test(code) ? code.padStart(6, "0") : /(?<!\d)\d{6}(?!\d)/.exec(code)?.[0];
}
