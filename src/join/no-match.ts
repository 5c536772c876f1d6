import { matchSessions } from "../align/align.js";
import { mapInstruments } from "../align/instrument-map.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { digitsOf } from "../names/code-conventions.js";
import { listNames } from "../names/field.js";
import type { PanelNote } from "../panel/notes.js";
import { lowerBound } from "../search.js";
import { NS_PER_DAY } from "../time.js";

/** That no row of a table has found its place beside those of another, so that these columns of it are all missing. */
export function noMatchNote(label: string, why: string, columns: Iterable<string>): PanelNote {
  return { fields: [...columns], tell: () => `${label}: no row matches; ${why}` };
}

/**
 * Why no row of `own` has the key of one of `other`, as far as sessions and instruments tell: the times of all lie apart by
 * as much, as where one stamps its bars at 15:00 or in UTC; codes are spelled in another way; or there is none in common.
 * Undefined where sessions and instruments of one are in the other. O(rows), once: for joins in which nothing matched.
 * @param label how errors name the table of `other`
 */
export function whyNoMatch(own: PanelIndex, other: PanelIndex, label: string): string | undefined {
  const found = [sessionsApart(own, other, label), instrumentsApart(own, other, label)];
  const reasons = found.filter((reason) => reason !== undefined);
  return reasons.length === 0 ? undefined : reasons.join(", and ");
}

/** Why the two have no session in common. */
function sessionsApart(own: PanelIndex, other: PanelIndex, label: string): string | undefined {
  if (matchSessions(own.datetimes, other.datetimes).some((session) => session >= 0)) return undefined;
  const shift = shiftBetween(other.datetimes, own.datetimes);
  if (shift === undefined) {
    return `it has no session of ${label}: it spans ${own.spanText()}, ${label} ${other.spanText()}`;
  }
  const [time, side] = shift > 0n ? [shift, "after"] : [-shift, "before"];
  return `its sessions lie ${durationText(time)} ${side} those of ${label}`;
}

/** Why the two have no instrument in common. */
export function instrumentsApart(own: PanelIndex, other: PanelIndex, label: string): string | undefined {
  const [mine, theirs] = [own.usedInstruments(), other.usedInstruments()];
  if (mapInstruments(mine, theirs).some((position) => position >= 0)) return undefined;
  const byDigits = new Map(theirs.map((name) => [digitsOf(name), name]));
  byDigits.delete(undefined);
  const alike = mine.find((name) => byDigits.has(digitsOf(name)));
  if (alike === undefined) {
    return `it has no instrument of ${label}: it has ${listNames(mine, 2)}, ${label} ${listNames(theirs, 2)}`;
  }
  return `it spells "${byDigits.get(digitsOf(alike))}" of ${label} as "${alike}"`;
}

/**
 * That some instruments of `own` match none of `other` because the two spell them in ways that do not line up; undefined
 * where all that have the same digits match. O(instruments).
 */
export function spelledApart(own: PanelIndex, other: PanelIndex, label: string): string | undefined {
  const [mine, theirs] = [own.instruments, other.instruments];
  const matched = mapInstruments(mine, theirs);
  if (!matched.includes(-1)) return undefined;
  const taken = new Set(matched);
  const free = theirs.filter((_, code) => !taken.has(code));
  const byDigits = new Map(free.map((name) => [digitsOf(name), name]));
  byDigits.delete(undefined);
  // Only bare digits name no exchange: with one, equal digits may be two companies'.
  const isBare = (name: string) => /^\d+$/.test(name);
  const apart = mine.filter((name, code) => {
    const twin = matched[code]! < 0 ? byDigits.get(digitsOf(name)) : undefined;
    return twin !== undefined && (isBare(name) || isBare(twin));
  });
  const first = apart[0];
  if (first === undefined) return undefined;
  const twin = byDigits.get(digitsOf(first));
  return `${apart.length} of its ${mine.length} instruments match none of ${label}, which spells "${first}" as "${twin}"; line them up with panel.renameInstruments, or with codes on opening`;
}

/**
 * By how much the times of `to`, of which none is in `from`, come later, less than a day, where that brings at least half
 * of the one or the other together. Tried is what lies between the first times of a day in the middle, of the one with
 * fewer, and of the days around it in the other, which does for daily bars and for minutes.
 */
function shiftBetween(from: BigInt64Array, to: BigInt64Array): bigint | undefined {
  if (to.length < from.length) {
    const back = shiftBetween(to, from);
    return back === undefined ? undefined : -back;
  }
  const first = atOrAfter(from, to[0]! - NS_PER_DAY);
  const last = atOrAfter(from, to[to.length - 1]! + NS_PER_DAY);
  if (first === last) return undefined;
  const near = from.subarray(first, last);
  const day = dayOf(near[(near.length - 1) >> 1]!);
  const begins = from[atOrAfter(from, day)]!;
  let [best, most] = [undefined as bigint | undefined, 0];
  for (const other of [day, day + NS_PER_DAY, day - NS_PER_DAY]) {
    const there = to[atOrAfter(to, other)];
    if (there === undefined || there >= other + NS_PER_DAY) continue;
    const shift = there - begins;
    if (shift >= NS_PER_DAY || -shift >= NS_PER_DAY) continue;
    const moved = near.map((time) => time + shift);
    const met = matchSessions(moved, to).filter((session) => session >= 0).length;
    if (met > most) [best, most] = [shift, met];
  }
  return 2 * most >= near.length ? best : undefined;
}

function atOrAfter(times: BigInt64Array, ns: bigint): number {
  return lowerBound(times, ns, 0, times.length);
}

function dayOf(ns: bigint): bigint {
  return ns - (((ns % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY);
}

/** `15 h`, `90 min` or `1.5 s`. */
function durationText(ns: bigint): string {
  const seconds = Number(ns) / 1e9;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
