import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError, type ErrorCode } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { parseCellNs, parseEndNs, parseTimeNs } from "../../time.js";

/** A period in which an instrument belongs to a list; both ends inclusive, epoch nanoseconds. */
export interface MemberSpan {
  readonly instrument: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

const MIN_NS = -(2n ** 63n) + 1n;
const MAX_NS = 2n ** 63n - 1n;

/** `calendars/<freq>.txt`: the sessions, epoch nanoseconds, ascending. @throws DataServiceError unknown-frequency, corrupt */
export function readCalendar(dir: string, freq: string): BigInt64Array {
  const path = listPath(dir, "calendars", freq, "frequency", "unknown-frequency");
  const times = BigInt64Array.from(linesOf(path), ([line, number]) => {
    return parseCellNs(timeOf(line, path, number), "date", number, path);
  });
  for (let i = 1; i < times.length; i++) {
    if (times[i]! <= times[i - 1]!) {
      throw damagedLine(path, i, "is not after the one before; a calendar is sorted and has no repeats");
    }
  }
  return times;
}

/**
 * The lines `CODE\tSTART\tEND` of an instrument list, as qlib's FileInstrumentStorage._read_instrument reads them; an
 * instrument may have several. As in all requests here, a bare date as END takes in its whole day: qlib
 * (LocalInstrumentProvider.list_instruments) ends at its midnight, which is the same for days and leaves out the last
 * day of minutes. Without START it was always a member, without END it still is. A comma serves as a tab does.
 * @throws DataServiceError not-found, corrupt, with the line
 */
export function readInstrumentSpans(path: string): MemberSpan[] {
  return linesOf(path).map(([line, number]) => {
    const [instrument = "", start = "", end = ""] = line.split(/[\t,]/).map((part) => part.trim());
    if (!isFileName(instrument)) throw damagedLine(path, number, "does not begin with an instrument code");
    const startNs = start === "" ? MIN_NS : timeOf(start, path, number);
    const endNs = end === "" ? MAX_NS : timeOf(end, path, number, parseEndNs);
    if (endNs < startNs) throw damagedLine(path, number, `ends on ${end}, before it starts on ${start}`);
    return { instrument, startNs, endNs };
  });
}

/**
 * `instruments/<list>.txt` of a provider folder: the spans of each instrument, as spelled there.
 * @throws DataServiceError not-found, corrupt
 */
export function readMembers(dir: string, list: string): Map<string, MemberSpan[]> {
  const path = listPath(dir, "instruments", list, "instrument list", "not-found");
  const members = new Map<string, MemberSpan[]>();
  for (const span of readInstrumentSpans(path)) {
    const spans = members.get(span.instrument);
    if (spans) spans.push(span);
    else members.set(span.instrument, [span]);
  }
  return members;
}

/** File systems take names of up to 255 bytes; an ending still comes behind. */
const MOST_NAME_BYTES = 200;

/** Whether a name stays inside its folder and can be one there. */
export function isFileName(name: string): boolean {
  return (
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    !/[/\\\0]/.test(name) &&
    Buffer.byteLength(name) <= MOST_NAME_BYTES
  );
}

function listPath(dir: string, folder: string, name: string, what: string, code: ErrorCode): string {
  const path = join(dir, folder, `${name}.txt`);
  if (isFileName(name) && existsSync(path)) return path;
  const all = accessing(dir, () => (existsSync(join(dir, folder)) ? readdirSync(join(dir, folder)) : []));
  const found = all.filter((file) => !file.startsWith("."));
  // qlib looks for lists in lower case.
  const inOtherCase = found.find((file) => file.toLowerCase() === `${name.toLowerCase()}.txt`);
  if (inOtherCase !== undefined) return join(dir, folder, inOtherCase);
  const names = found.filter((file) => file.endsWith(".txt")).map((file) => file.slice(0, -4));
  const near = nearestName(name, names);
  const hint = near === undefined ? `; ${folder} holds ${listNames(names)}` : suggestion(near);
  throw new DataServiceError(code, `${dir}: no ${what} "${name}"${hint}`, {
    path: dir,
    found: names,
    ...(near !== undefined && { suggestion: near }),
  });
}

/** The lines that are not empty, with their numbers from 0. */
function linesOf(path: string): [line: string, number: number][] {
  const lines = textOf(path).split("\n");
  return lines.map((line, i) => [line.trimEnd(), i] as [string, number]).filter(([line]) => line !== "");
}

function textOf(path: string): string {
  return accessing(path, () => readFileSync(path, "utf8")).replace(/^\ufeff/, "");
}

function timeOf(text: string, path: string, number: number, parse = parseTimeNs): bigint {
  try {
    return parse(text, "date");
  } catch {
    throw damagedLine(path, number, `has ${JSON.stringify(text)} where a date is expected`);
  }
}

function damagedLine(path: string, number: number, what: string): DataServiceError {
  return new DataServiceError("corrupt", `${path}: line ${number + 1} ${what}`, { path, position: number });
}
