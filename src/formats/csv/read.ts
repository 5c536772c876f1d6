import type { ColumnSource, FileTable, RowKeys, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { timesOfTexts } from "../key-times.js";
import { chooseColumns, type LayoutColumn, layOut, type TableLayout } from "../pandas-metadata.js";
import { type CellKind, type Cells, cellsOf, KINDS, kindOf, kindsOfCell } from "./cells.js";
import { bare, KeyCells } from "./key-cells.js";
import { type CsvRecord, CsvRecords, EndlessRecord } from "./records.js";
import { textPieces } from "./text-bytes.js";

/** A CSV file of a table. */
export interface CsvPart {
  readonly path: string;
  /** The instrument of all its rows, where its name says it and no column does. */
  readonly instrument?: string | undefined;
}

export interface CsvRequest extends TableRequest {
  readonly encoding?: string | undefined;
}

/** Records by which kinds are judged at first; where a later cell says otherwise, all are. */
const SAMPLE_RECORDS = 1000;
const FILE_INSTRUMENT = "instrument";

/**
 * Reads CSV files with one header, whatever the order of its columns, as one table, file after file. Linear in bytes and
 * in columns: the text is gone through once, twice where a column turns out to be of another kind than its first cells.
 * @throws DataServiceError corrupt, flat-index, unknown-field, unsupported (two columns of one name; files that disagree)
 */
export function readCsvParts(parts: readonly CsvPart[], label: string, request: CsvRequest): FileTable {
  const first = headerOf(parts[0]!, request.encoding);
  const layout = layOutParts(first.names, parts, label, request);
  const columns = chooseColumns(layout.columns, request.columns, label);
  const sampled = sampleKinds(parts[0]!, columns, first, request.encoding);
  const load = (kinds: readonly CellKind[]) =>
    new CsvLoad(parts, label, layout, columns, kinds, request).run();
  const loaded = load(sampled);
  if (!loaded.failed) return loaded.table();
  return load(allKinds(parts, columns, request.encoding)).table();
}

function layOutParts(
  names: readonly string[],
  parts: readonly CsvPart[],
  label: string,
  request: CsvRequest,
): TableLayout {
  const kindOfName = () => "name" as const;
  const named = parts[0]!.instrument !== undefined;
  const typeOf = () => "text";
  if (!named) return layOut(names, kindOfName, typeOf, undefined, label, request.keyNames);
  try {
    return layOut(names, kindOfName, typeOf, undefined, label, request.keyNames);
  } catch (error) {
    if (!(error instanceof DataServiceError) || error.code !== "flat-index") throw error;
    const given = { ...request.keyNames, instrument: FILE_NAME };
    return layOut([...names, FILE_NAME], kindOfName, typeOf, undefined, label, given);
  }
}

/** Whether a file has times but no column of instruments: then its rows are those of the code that it is named by. */
export function needsCodeOfName(path: string): boolean {
  try {
    const { names } = headerOf({ path }, undefined);
    const { instrument } = layOutParts(names, [{ path, instrument: "" }], path, {}).keyNames;
    return instrument === FILE_NAME;
  } catch (error) {
    if (error instanceof DataServiceError) return false;
    throw error;
  }
}

/** How the code in a file's name is called as a column, which no header can. */
const FILE_NAME = "\0the file's name";

interface Header {
  readonly names: readonly string[];
  readonly separator: string;
  /** Records above it: notes, comments. */
  readonly above: number;
}

/** Lines of one cell that may stand above the header of a table of several columns. */
const MOST_ABOVE = 20;

/** The names of a header: without blanks around them, and those that are empty by their place. */
function headerOf({ path }: CsvPart, encoding: string | undefined): Header {
  for (const piece of textPieces(path, encoding)) {
    const separator = separatorOf(piece, path);
    let [names, above]: [string[], number] = [[], 0];
    let first: string[] | undefined;
    const isLast = piece.indexOf(10) < 0;
    new CsvRecords(separator).push(Buffer.from(piece.subarray(0, 1 << 20)), true, (record) => {
      names = Array.from({ length: record.count }, (_, i) => {
        return bare(record.bytes.toString("utf8", record.starts[i]!, record.ends[i]!)) || `column${i}`;
      });
      first ??= names;
      if (names.length > 1 || above === MOST_ABOVE) return false;
      above++;
      return true;
    });
    if (names.length > 1) return { names, separator, above };
    if (first !== undefined || isLast) return { names: first ?? [], separator, above: 0 };
  }
  return { names: [], separator: ",", above: 0 };
}

/** The separator of which the header has most. */
function separatorOf(piece: Buffer, path: string): string {
  const end = piece.indexOf(10);
  const line = piece
    .toString("utf8", 0, end < 0 ? Math.min(piece.length, 1 << 20) : end)
    .replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t", "|"].map((one) => [one, line.split(one).length] as const);
  const most = counts.reduce((best, one) => (one[1] > best[1] ? one : best));
  return most[1] === 1 && /\.tsv(\.|$)/i.test(path) ? "\t" : most[0];
}

/** Goes through the records of a file behind its header. */
function eachRecord(
  part: CsvPart,
  encoding: string | undefined,
  start: (header: Header) => void,
  take: (record: CsvRecord) => boolean,
): void {
  const header = headerOf(part, encoding);
  start(header);
  const records = new CsvRecords(header.separator);
  let toSkip = 1 + header.above;
  const behindHeader = (record: CsvRecord) => {
    if (toSkip > 0) {
      toSkip--;
      return true;
    }
    const { count } = record;
    if (count !== header.names.length && count !== 1 + header.names.length)
      throw wrongCount(part.path, record, header);
    if (count > header.names.length && record.starts[count - 1] !== record.ends[count - 1]) {
      throw wrongCount(part.path, record, header);
    }
    return take(record);
  };
  try {
    for (const piece of textPieces(part.path, encoding))
      if (!records.push(piece, false, behindHeader)) return;
    records.push(Buffer.alloc(0), true, behindHeader);
  } catch (error) {
    if (!(error instanceof EndlessRecord)) throw error;
    const problem = `${part.path}: not a CSV file: ${error.message}; write the file again`;
    throw new DataServiceError("corrupt", problem, { path: part.path, position: error.line }, error);
  }
}

function wrongCount(path: string, { line, count }: CsvRecord, { names }: Header): DataServiceError {
  return new DataServiceError(
    "corrupt",
    `${path}: line ${line + 1} has ${count} cells where the header has ${names.length}; write it again`,
    { path, position: line },
  );
}

/** The kinds of columns by the first records of a file. */
function sampleKinds(
  part: CsvPart,
  columns: readonly LayoutColumn[],
  { names }: Header,
  encoding: string | undefined,
): CellKind[] {
  const bits = new Int32Array(columns.length).fill(ALL_KINDS);
  const seen = new Uint8Array(columns.length);
  const at = columns.map(({ field }) => names.indexOf(field));
  let left = SAMPLE_RECORDS;
  eachRecord(
    part,
    encoding,
    () => undefined,
    (record) => {
      judge(record, at, bits, seen);
      return --left > 0;
    },
  );
  return Array.from(bits, (own, i) => (seen[i] ? kindOf(own) : "float64"));
}

const ALL_KINDS = (1 << KINDS.length) - 1;

/** The kinds of columns by all records of all files; a column without a cell is float64, as pandas has it. */
function allKinds(
  parts: readonly CsvPart[],
  columns: readonly LayoutColumn[],
  encoding: string | undefined,
): CellKind[] {
  const bits = new Int32Array(columns.length).fill(ALL_KINDS);
  const seen = new Uint8Array(columns.length);
  let at: number[] = [];
  for (const part of parts) {
    const start = ({ names }: Header) => {
      at = columns.map(({ field }) => names.indexOf(field));
    };
    eachRecord(part, encoding, start, (record) => {
      judge(record, at, bits, seen);
      return true;
    });
  }
  return Array.from(bits, (own, i) => (seen[i] ? kindOf(own) : "float64"));
}

function judge(record: CsvRecord, at: readonly number[], bits: Int32Array, seen: Uint8Array): void {
  for (const [i, cell] of at.entries()) {
    const kinds = kindsOfCell(record.bytes, record.starts[cell]!, record.ends[cell]!);
    if (kinds === undefined) continue;
    bits[i]! &= kinds;
    seen[i] = 1;
  }
}

/** One pass over all files, with the kind of each column given. */
class CsvLoad {
  /** Whether a cell was of another kind than its column. */
  failed = false;
  readonly #times = new KeyCells();
  readonly #names = new KeyCells();
  readonly #cells: readonly Cells[];
  #rows = 0;
  /** The line of the first row of each time. */
  readonly #lines: number[] = [];
  /** The row at which each part begins, and the row count. */
  readonly #starts = [0];

  constructor(
    readonly parts: readonly CsvPart[],
    readonly label: string,
    readonly layout: TableLayout,
    readonly columns: readonly LayoutColumn[],
    kinds: readonly CellKind[],
    readonly request: CsvRequest,
  ) {
    this.#cells = kinds.map((kind) => cellsOf(kind, 1024));
  }

  run(): this {
    for (const part of this.parts) {
      if (this.failed) break;
      this.#read(part);
      this.#starts.push(this.#rows);
      this.request.onProgress?.({ rows: this.#rows, totalRows: this.#rows });
    }
    return this;
  }

  #read(part: CsvPart): void {
    let at: number[] = [];
    let [time, name] = [-1, -1];
    const start = ({ names }: Header) => {
      refuseOther(names, this.layout, this.columns, part.path, this.parts[0]!.path);
      at = this.columns.map(({ field }) => names.indexOf(field));
      [time, name] = [names.indexOf(this.layout.datetime), names.indexOf(this.layout.instrument)];
    };
    const cells = this.#cells;
    eachRecord(part, this.request.encoding, start, (record) => {
      const { bytes, starts, ends } = record;
      for (let i = 0; i < cells.length; i++) {
        if (cells[i]!.take(bytes, starts[at[i]!]!, ends[at[i]!]!)) continue;
        this.failed = true;
        return false;
      }
      this.#times.take(bytes, starts[time]!, ends[time]!);
      if (name < 0) this.#names.takeText(part.instrument!);
      else this.#names.take(bytes, starts[name]!, ends[name]!);
      if (this.#times.level.length > this.#lines.length) this.#lines.push(record.line);
      this.#rows++;
      return true;
    });
  }

  table(): FileTable {
    const { label, layout, columns } = this;
    const { datetimes, timezone } = this.#timesOf();
    const [times, names] = [this.#times.codes, this.#names.codes];
    const keys: RowKeys = {
      rowCount: this.#rows,
      datetimes,
      instruments: this.#names.level,
      readDatetimeCodes: (first, last) => times.subarray(first, last),
      readInstrumentCodes: (first, last) => names.subarray(first, last),
      timezone,
    };
    const sources = columns.map(({ name }, i): [string, ColumnSource] => {
      return [name, this.#cells[i]!.finish(label, name)];
    });
    const { datetime, instrument } = layout.keyNames;
    const keyNames = { datetime, instrument: instrument === FILE_NAME ? FILE_INSTRUMENT : instrument };
    const parts = { paths: this.parts.map(({ path }) => path), starts: this.#starts };
    return { label, keys, columns: new Map(sources), keyNames, parts };
  }

  #timesOf() {
    const { level } = this.#times;
    try {
      return timesOfTexts(level, this.label, this.layout.keyNames.datetime!);
    } catch (error) {
      if (!(error instanceof DataServiceError) || error.details.position === undefined) throw error;
      const line = this.#lines[error.details.position]!;
      const text = level[error.details.position]!;
      const path = this.parts.length === 1 ? this.parts[0]!.path : this.label;
      const problem = `${path}: line ${line + 1} has ${JSON.stringify(text)} where a datetime is expected`;
      throw new DataServiceError("corrupt", problem, { path, position: line });
    }
  }
}

/** @throws DataServiceError unsupported (a header without a column that the first file has, or with one more) */
function refuseOther(
  names: readonly string[],
  { datetime, instrument, columns }: TableLayout,
  _chosen: readonly LayoutColumn[],
  path: string,
  first: string,
): void {
  if (path === first) return;
  const own = new Set(names);
  const wanted = [datetime, instrument, ...columns.map(({ field }) => field)].filter(
    (name) => name !== FILE_NAME,
  );
  const lacking = wanted.find((name) => !own.has(name));
  const more = names.find((name) => !wanted.includes(name));
  if (lacking === undefined && more === undefined) return;
  const what =
    lacking === undefined
      ? `has a column "${more}", which ${first} lacks`
      : `has no column "${lacking}" as ${first} has`;
  throw new DataServiceError("unsupported", `${path}: ${what}; parts of one table have the same columns`, {
    path,
    found: [first, path],
  });
}
