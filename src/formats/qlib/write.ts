import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sessionOf } from "../../columns/key-columns.js";
import type { ColumnData, ColumnSource, Progress, SortedKeys, WritableTable } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import { canonicalCode } from "../../names/instrument-code.js";
import { formatNs } from "../../time.js";
import { folderName } from "./folder-name.js";
import { isFileName } from "./lists.js";

export interface QlibWriteOptions {
  /** The calendar and the ending of the field files; `day` by default. */
  readonly freq?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Cells that are held at once; a column with more is read again for each group of instruments. */
const HELD_CELLS = 1 << 26;
const SLAB_ROWS = 1 << 17;
/** The calendar position is stored as a float32, which is exact up to here. */
const MOST_SESSIONS = 1 << 24;

/**
 * Writes a qlib provider folder: `calendars/<freq>.txt`, `instruments/all.txt` (one span an instrument) and
 * `features/<code>/<field>.<freq>.bin`, codes in qlib spelling, field names in lower case and without `$`.
 * Values become float32; a session without a row inside an instrument's span is NaN.
 * @throws DataServiceError unsupported (a column is no number, names that meet in one file), bad-request
 */
export async function writeQlibBin(
  dir: string,
  table: WritableTable,
  options: QlibWriteOptions = {},
): Promise<void> {
  const { freq = "day", onProgress } = options;
  const { keys, columns } = table;
  if (!isFileName(freq))
    throw new DataServiceError("bad-request", `freq ${JSON.stringify(freq)} cannot be part of a file name`);
  const { datetimes: calendar } = keys;
  if (calendar.length > MOST_SESSIONS) {
    throw new DataServiceError(
      "unsupported",
      `qlib counts sessions in float32, up to ${MOST_SESSIONS}; the table has ${calendar.length}`,
    );
  }
  const { fields, codes } = qlibNames(table);
  const spans = spansOf(keys);
  for (const folder of ["calendars", "instruments", "features"])
    mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(
    join(dir, "calendars", `${freq}.txt`),
    Array.from(calendar, (ns) => `${formatNs(ns)}\n`).join(""),
  );
  const lines = codes.map((code, i) => {
    const [first, last] = [spans.first[i]!, spans.last[i]!];
    return last < first ? "" : `${code}\t${formatNs(calendar[first]!)}\t${formatNs(calendar[last]!)}\n`;
  });
  writeFileSync(join(dir, "instruments", "all.txt"), lines.join(""));
  for (const [i, code] of codes.entries()) {
    if (spans.last[i]! >= spans.first[i]!)
      mkdirSync(join(dir, "features", folderName(code)), { recursive: true });
  }
  const totalRows = keys.rowCount * columns.size;
  for (const [f, source] of [...columns.values()].entries()) {
    const end = `${fields[f]}.${freq.toLowerCase()}.bin`;
    await writeColumn(keys, source, spans, (i, cells) => {
      writeFileSync(
        join(dir, "features", folderName(codes[i]!), end),
        new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength),
      );
    });
    onProgress?.({ rows: (f + 1) * keys.rowCount, totalRows });
  }
}

/**
 * How a provider folder names the columns and the instruments of a table, in their order.
 * @throws DataServiceError unsupported (a column is no number, names that meet in one file)
 */
export function qlibNames({ keys, columns }: WritableTable): { fields: string[]; codes: string[] } {
  const fields = Array.from(columns, ([name, source]) => fieldFile(name, source));
  refuseRepeats(fields, "columns");
  const codes = keys.instruments.map(codeOf);
  refuseRepeats(codes, "instruments");
  return { fields, codes };
}

interface Spans {
  /** First and last session of each instrument; last < first where it has no row. */
  readonly first: Int32Array;
  readonly last: Int32Array;
}

function spansOf(keys: SortedKeys): Spans {
  const first = new Int32Array(keys.instruments.length).fill(0x7fffffff);
  const last = new Int32Array(keys.instruments.length).fill(-1);
  for (let session = 0; session < keys.sessionCount; session++) {
    for (const code of keys.codesOf(keys.startOf(session), keys.startOf(session + 1))) {
      if (first[code]! > session) first[code] = session;
      last[code] = session;
    }
  }
  return { first, last };
}

/** Hands out each instrument's cells, the calendar position of the first before them. */
async function writeColumn(
  keys: SortedKeys,
  source: ColumnSource,
  { first, last }: Spans,
  write: (instrument: number, cells: Float32Array) => void,
): Promise<void> {
  for (let from = 0; from < first.length; ) {
    const cells: (Float32Array | undefined)[] = [];
    for (let held = 0; from + cells.length < first.length && held < HELD_CELLS; ) {
      const i = from + cells.length;
      const length = Math.max(0, last[i]! - first[i]! + 1);
      cells.push(length > 0 ? new Float32Array(length + 1).fill(Number.NaN) : undefined);
      if (length > 0) cells.at(-1)![0] = first[i]!;
      held += length;
    }
    for (let row = 0; row < keys.rowCount; row += SLAB_ROWS) {
      scatter(keys, source, first, row, Math.min(row + SLAB_ROWS, keys.rowCount), from, cells);
      await yieldToEventLoop();
    }
    for (const [i, own] of cells.entries()) if (own) write(from + i, own);
    from += cells.length;
  }
}

/** Puts the cells of the rows [row, end) to the instruments from `from` on. */
function scatter(
  keys: SortedKeys,
  source: ColumnSource,
  first: Int32Array,
  row: number,
  end: number,
  from: number,
  cells: readonly (Float32Array | undefined)[],
): void {
  const { values, mask } = numbersOf(source.read(row, end));
  const codes = keys.codesOf(row, end);
  for (let session = sessionOf(keys, row); session < keys.sessionCount; session++) {
    const [a, b] = [Math.max(keys.startOf(session), row), Math.min(keys.startOf(session + 1), end)];
    if (keys.startOf(session) >= end) break;
    for (let r = a; r < b; r++) {
      const code = codes[r - row]!;
      const own = cells[code - from];
      if (!own || mask?.[r - row] === 0) continue;
      own[1 + session - first[code]!] = values[r - row]!;
    }
  }
}

function numbersOf({ values, mask }: ColumnData): {
  values: Float32Array | Float64Array;
  mask?: Uint8Array | undefined;
} {
  if (values instanceof Float32Array || values instanceof Float64Array) return { values, mask };
  return { values: Float32Array.from(values as Int32Array, Number), mask };
}

function fieldFile(name: string, source: ColumnSource): string {
  const field = (name.startsWith("$") ? name.slice(1) : name).toLowerCase();
  if (source.type === "string" || source.type === "datetime") {
    throw new DataServiceError(
      "unsupported",
      `column "${name}" is of type ${source.type}; a qlib folder holds numbers only, leave it out with select`,
      { field: name, advice: { code: "select-others", words: "leave it out with select" } },
    );
  }
  if (isFileName(field)) return field;
  throw new DataServiceError("unsupported", `column "${name}" cannot be part of a file name; rename it`, {
    field: name,
  });
}

function codeOf(instrument: string): string {
  // A line of an instrument list is parted at tabs and commas, and its parts are trimmed. @see readInstrumentSpans
  const isPart = !/[\t\n\r,]/.test(instrument) && instrument === instrument.trim();
  if (isFileName(instrument) && isPart) return canonicalCode(instrument);
  throw new DataServiceError(
    "unsupported",
    `instrument ${JSON.stringify(instrument)} cannot be the name of a folder and a part of a line in an instrument list; rename it`,
    { instrument },
  );
}

/** qlib's names do not tell case, so two that differ by case alone would share their files. */
function refuseRepeats(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw new DataServiceError(
        "unsupported",
        `two ${what} would both be "${name}" in a qlib folder; rename or leave out one`,
        { found: [name] },
      );
    }
    seen.add(name.toLowerCase());
  }
}
