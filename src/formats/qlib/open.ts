import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pickCells } from "../../columns/cells.js";
import type { ColumnData, ColumnSource, FileTable, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import { findField, listNames, resolveField } from "../../names/field.js";
import { canonicalCode } from "../../names/instrument-code.js";
import { QlibBinFile } from "./bin-file.js";
import { folderName } from "./folder-name.js";
import { type MemberSpan, readCalendar, readMembers } from "./lists.js";

/** What to read of a qlib provider folder besides. */
export interface QlibRequest extends TableRequest {
  /** The calendar and the ending of the field files; `day` by default. */
  readonly freq?: string | undefined;
  /** The instrument list, whose spans say which rows count; `all` by default. */
  readonly instruments?: string | undefined;
  /** Whether to keep rows of which all fields asked for are NaN; true by default. */
  readonly keepEmptyRows?: boolean | undefined;
  /** Whether a file that is damaged or longer than the calendar is an error, and not a note; false by default. */
  readonly strict?: boolean | undefined;
}

/**
 * A qlib `provider_uri` folder. Fields are called `$close`; instruments as the list spells them. The rows of an
 * instrument are the calendar positions that any field asked for covers, without those outside the spans of the
 * list (qlib: DatasetProvider.inst_calculator; @see readInstrumentSpans). Values stay in their files until they are read.
 * @throws DataServiceError unknown-frequency, not-found (the list), unknown-field, corrupt (also a list
 *   that spaces part)
 */
export async function openQlibBin(dir: string, request: QlibRequest): Promise<FileTable> {
  const { freq: name = "day", instruments = "all", keepEmptyRows = true, strict = false } = request;
  const freq = calendarName(dir, name);
  const calendar = readCalendar(dir, freq);
  const members = readMembers(dir, instruments);
  const codes = [...members.keys()].sort();
  const folders = foldersOf(dir);
  const folderOf = (code: string) =>
    folders.get(folderName(code)) ?? folders.get(folderName(canonicalCode(code)));
  const listed = codes.map(folderOf).filter((folder) => folder !== undefined);
  const spaced = codes.find((code) => /\s/.test(code));
  if (listed.length === 0 && spaced !== undefined) throw partedBySpaces(dir, instruments, spaced);
  if (listed.length === 0 && codes.length > 0 && folders.size > 0) {
    throw noneListed(dir, instruments, codes, [...folders.values()]);
  }
  const known = knownFields(dir, listed, freq);
  if (known.size === 0) for (const field of knownFields(dir, [...folders.values()], freq)) known.add(field);
  const asked = request.columns?.map((name): [string, string] => fieldAsked(name, known, dir));
  const named = new Map(asked ?? Array.from(known, (field): [string, string] => [field, field]));
  const fields = [...named.values()];
  const ending = `.${freq.toLowerCase()}.bin`;
  const notes: string[] = [];
  const damaged: DataServiceError[] = [];
  const files = codes.map((code) => {
    const folder = join(dir, "features", folderOf(code) ?? folderName(code));
    return fields.map((field) => {
      const path = join(folder, `${field.slice(1)}${ending}`);
      return existsSync(path) ? openBin(path, calendar.length, code, { strict, notes, damaged }) : undefined;
    });
  });
  // Of a folder of which nothing is sound there would be an empty panel.
  if (damaged[0] && files.every((own) => own.every((file) => !file))) throw damaged[0];
  const wanted = positionsBetween(calendar, request.startNs ?? -(2n ** 63n), request.endNs ?? 2n ** 63n - 1n);
  const runs = files.map((own, i) => {
    const covered = memberRuns(own, members.get(codes[i]!)!, calendar, wanted);
    return keepEmptyRows ? covered : covered.flatMap((run) => filledRuns(own, run));
  });
  const grid = new QlibGrid(calendar.length, runs);
  const columns = new Map(
    Array.from(named.keys(), (name, f) => [
      name,
      new QlibColumn(
        grid,
        files.map((own) => own[f]),
      ),
    ]),
  );
  return {
    label: dir,
    keys: {
      rowCount: grid.rowCount,
      datetimes: calendar,
      instruments: codes,
      readDatetimeCodes: (first, last) => grid.sessions.subarray(first, last),
      readInstrumentCodes: (first, last) => grid.codes.subarray(first, last),
    },
    columns,
    notes,
  };
}

/** What is lost of a provider, and whether it may be. */
interface Losses {
  readonly strict: boolean;
  readonly notes: string[];
  readonly damaged: DataServiceError[];
}

/** What a field that is asked for is called in the result, and in the folder: qlib looks for it in lower case. */
function fieldAsked(name: string, known: ReadonlySet<string>, dir: string): [name: string, field: string] {
  const field = findField(name, known);
  if (field !== undefined) return [field, field];
  const lower = findField(String(name).toLowerCase(), known);
  if (lower === undefined) return [name, resolveField(name, known, dir)];
  return [name.startsWith("$") ? name : `$${name}`, lower];
}

/** A field of an instrument; one that is damaged is left out and noted, and so are values behind the calendar. */
function openBin(
  path: string,
  calendarLength: number,
  code: string,
  { strict, notes, damaged }: Losses,
): QlibBinFile | undefined {
  try {
    const file = new QlibBinFile(path, calendarLength);
    if (file.beyond === 0) return file;
    const said = `${path}: ${file.beyond} values of ${code} lie behind the end of the calendar and are left out`;
    if (strict)
      throw new DataServiceError("corrupt", `${said}; write the folder again`, { path, instrument: code });
    notes.push(said);
    return file;
  } catch (error) {
    if (strict || !(error instanceof DataServiceError) || error.code !== "corrupt") throw error;
    damaged.push(error);
    notes.push(`${error.message}; ${code} is without it`);
    return undefined;
  }
}

/** What qlib calls a calendar, however it is asked for: `1d` and `d` are `day`, `minute` is `1min`. */
function calendarName(dir: string, asked: string): string {
  if (existsSync(join(dir, "calendars", `${asked}.txt`))) return asked;
  const m = /^(\d*)\s*(d|day|days|daily|min|mins|minute|minutes|mon|month|months|w|week|weeks)$/i.exec(
    asked.trim(),
  );
  if (!m) return asked;
  const unit = m[2]!.toLowerCase();
  const own = unit.startsWith("d")
    ? "day"
    : unit.startsWith("mi")
      ? "min"
      : unit.startsWith("mo")
        ? "month"
        : "week";
  const count = Number(m[1] || 1);
  const names = [`${count}${own}`, ...(count === 1 ? [own] : [])];
  return names.find((name) => existsSync(join(dir, "calendars", `${name}.txt`))) ?? asked;
}

function noneListed(
  dir: string,
  list: string,
  codes: readonly string[],
  folders: readonly string[],
): DataServiceError {
  return new DataServiceError(
    "unknown-instrument",
    `${dir}: none of the ${codes.length} instruments of the list "${list}" has a folder in features: it has "${codes[0]}", features ${listNames(folders, 3)}; spell the list as the folders are`,
    { path: dir, instrument: codes[0]! },
  );
}

/**
 * The folders of fields by the name in lower case, in which qlib looks for them: on a disk that does not tell case they
 * may have another.
 */
function foldersOf(dir: string): Map<string, string> {
  const folder = join(dir, "features");
  const names = accessing(folder, () => (existsSync(folder) ? readdirSync(folder) : []));
  const shown = names.filter((name) => !name.startsWith(".")).sort();
  return new Map(shown.map((name) => [name.toLowerCase(), name])); // lower case comes last, and stays
}

function partedBySpaces(dir: string, list: string, code: string): DataServiceError {
  return new DataServiceError(
    "corrupt",
    `${dir}: the list "${list}" has the instrument "${code}", and none that has a folder in features; its lines are a code, the first and the last day, with tabs between them`,
    { path: dir, instrument: code },
  );
}

/** Every field that some of the folders have, as `$close`, by name. */
function knownFields(dir: string, folders: readonly string[], freq: string): Set<string> {
  const ending = `.${freq.toLowerCase()}.bin`;
  const fields = new Set<string>();
  for (const name of folders) {
    const folder = join(dir, "features", name);
    const files = accessing(folder, () =>
      statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [],
    );
    for (const file of files) {
      if (file.endsWith(ending) && !file.startsWith(".")) fields.add(`$${file.slice(0, -ending.length)}`);
    }
  }
  return new Set([...fields].sort());
}

/** Calendar positions, half-open. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/** The positions with startNs <= session <= endNs. */
function positionsBetween(calendar: BigInt64Array, startNs: bigint, endNs: bigint): Run {
  const before = (ns: bigint, orAt: boolean): number => {
    let [low, high] = [0, calendar.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (calendar[middle]! < ns || (orAt && calendar[middle] === ns)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { first: before(startNs, false), last: before(endNs, true) };
}

/** The wanted positions that a file covers and a span of the list takes in, ascending and apart. */
function memberRuns(
  files: readonly (QlibBinFile | undefined)[],
  spans: readonly MemberSpan[],
  calendar: BigInt64Array,
  wanted: Run,
): Run[] {
  const held = files.filter((file) => file !== undefined && file.last > file.first) as QlibBinFile[];
  const first = Math.max(wanted.first, Math.min(...held.map((file) => file.first)));
  const last = Math.min(wanted.last, Math.max(...held.map((file) => file.last)));
  const runs: { first: number; last: number }[] = [];
  const inside = spans.map(({ startNs, endNs }) => positionsBetween(calendar, startNs, endNs));
  for (const span of inside.sort((a, b) => a.first - b.first)) {
    const run = { first: Math.max(span.first, first), last: Math.min(span.last, last) };
    if (run.first >= run.last) continue;
    const before = runs.at(-1);
    if (before && run.first <= before.last) before.last = Math.max(before.last, run.last);
    else runs.push(run);
  }
  return runs;
}

/** The parts of a run in which some field has a value. */
function filledRuns(files: readonly (QlibBinFile | undefined)[], run: Run): Run[] {
  const filled = new Uint8Array(run.last - run.first);
  for (const file of files) {
    if (!file) continue;
    const [first, last] = [Math.max(run.first, file.first), Math.min(run.last, file.last)];
    if (first >= last) continue;
    const values = file.read(first, last);
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) filled[first - run.first + i] = 1;
  }
  const runs: Run[] = [];
  for (let i = 0; i < filled.length; ) {
    if (filled[i] === 0) {
      i++;
      continue;
    }
    let end = i + 1;
    while (filled[end] === 1) end++;
    runs.push({ first: run.first + i, last: run.first + end });
    i = end;
  }
  return runs;
}

/** Where the rows lie: sorted by (session, instrument), each instrument present in its runs. */
class QlibGrid {
  readonly rowCount: number;
  /** The first row of each session, and the row count. */
  readonly starts: Uint32Array;
  readonly sessions: Int32Array;
  readonly codes: Int32Array;

  constructor(
    sessionCount: number,
    readonly runs: readonly (readonly Run[])[],
  ) {
    this.starts = new Uint32Array(sessionCount + 1);
    for (const own of runs) {
      for (const { first, last } of own) for (let s = first; s < last; s++) this.starts[s + 1]!++;
    }
    for (let s = 0; s < sessionCount; s++) this.starts[s + 1]! += this.starts[s]!;
    this.rowCount = this.starts[sessionCount]!;
    this.codes = new Int32Array(this.rowCount);
    this.sessions = new Int32Array(this.rowCount);
    for (let s = 0; s < sessionCount; s++) this.sessions.fill(s, this.starts[s], this.starts[s + 1]);
    const next = this.starts.slice();
    for (const [code, own] of runs.entries()) {
      for (const { first, last } of own) for (let s = first; s < last; s++) this.codes[next[s]!++] = code;
    }
  }
}

/** A field over the files of all instruments. A read of some sessions reads just their bytes of each file. */
class QlibColumn implements ColumnSource {
  readonly type = "float32";
  readonly length: number;

  constructor(
    readonly grid: QlibGrid,
    readonly files: readonly (QlibBinFile | undefined)[],
  ) {
    this.length = grid.rowCount;
  }

  read(first: number, last: number): ColumnData {
    if (first >= last) return { values: new Float32Array(0) };
    const { sessions, starts } = this.grid;
    const [from, to] = [sessions[first]!, sessions[last - 1]! + 1];
    const values = this.#readSessions(from, to);
    return { values: values.subarray(first - starts[from]!, last - starts[from]!) };
  }

  gather(rows: Uint32Array): ColumnData {
    const values = new Float32Array(rows.length);
    if (rows.length === 0) return { values };
    const first = rows[0]!;
    pickCells(values, 0, this.read(first, rows[rows.length - 1]! + 1).values, rows, first);
    return { values };
  }

  /** All rows of the sessions [from, to). Instruments come in row order, so each takes the next row of a session. */
  #readSessions(from: number, to: number): Float32Array {
    const { starts, runs } = this.grid;
    const base = starts[from]!;
    const next = starts.slice(from, to);
    const out = new Float32Array(starts[to]! - base).fill(Number.NaN);
    for (const [code, own] of runs.entries()) {
      const file = this.files[code];
      for (const run of own) {
        const [first, last] = [Math.max(run.first, from), Math.min(run.last, to)];
        if (first >= last) continue;
        const [a, b] = file ? [Math.max(first, file.first), Math.min(last, file.last)] : [last, last];
        const values = file && a < b ? file.read(a, b) : undefined;
        for (let s = first; s < last; s++) {
          const row = next[s - from]!++ - base;
          if (values && s >= a && s < b) out[row] = values[s - a]!;
        }
      }
    }
    return out;
  }
}
