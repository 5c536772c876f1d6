import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError, type ErrorCode } from "../errors.js";
import { listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { parseTimeNs } from "../time.js";
import { accessing } from "./file-access.js";

/** One line of an instrument list: an instrument is a member from `startNs` to `endNs`, both inclusive. */
export interface Membership {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** `calendars/<freq>.txt`: the sessions, epoch nanoseconds, ascending. @throws DataServiceError unknown-frequency, corrupt */
export function readCalendar(dir: string, freq: string): BigInt64Array {
  const path = listPath(dir, "calendars", freq, "frequency", "unknown-frequency");
  const times = BigInt64Array.from(linesOf(path), ([line, number]) => timeOf(line, path, number));
  for (let i = 1; i < times.length; i++) {
    if (times[i]! <= times[i - 1]!) {
      throw damagedLine(path, i, "is not after the one before; a calendar is sorted and has no repeats");
    }
  }
  return times;
}

/**
 * `instruments/<list>.txt`: by instrument, as spelled there, its spans; an instrument may have several lines.
 * A line without dates is a member for ever.
 * @throws DataServiceError not-found, corrupt
 */
export function readInstrumentList(dir: string, list: string): Map<string, Membership[]> {
  const path = listPath(dir, "instruments", list, "instrument list", "not-found");
  const members = new Map<string, Membership[]>();
  for (const [line, number] of linesOf(path)) {
    const [code, start, end] = line.split("\t").map((part) => part.trim());
    if (!code || !isFileName(code)) throw damagedLine(path, number, "does not begin with an instrument code");
    const span = {
      startNs: start ? timeOf(start, path, number) : -(2n ** 62n),
      endNs: end ? timeOf(end, path, number) : 2n ** 62n,
    };
    const spans = members.get(code);
    if (spans) spans.push(span);
    else members.set(code, [span]);
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
  const found = accessing(dir, () => (existsSync(join(dir, folder)) ? readdirSync(join(dir, folder)) : []));
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
  return accessing(path, () => readFileSync(path, "utf8"));
}

function timeOf(text: string, path: string, number: number): bigint {
  try {
    return parseTimeNs(text, "date");
  } catch {
    throw damagedLine(path, number, `has ${JSON.stringify(text)} where a date is expected`);
  }
}

function damagedLine(path: string, number: number, what: string): DataServiceError {
  return new DataServiceError("corrupt", `${path}: line ${number + 1} ${what}`, { path, position: number });
}
