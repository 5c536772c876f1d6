import type { ColumnSource, FileTable, RowKeys, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { timesOfTexts } from "../key-times.js";
import { chooseColumns, type LayoutColumn, layOut, type TableLayout } from "../pandas-metadata.js";
import { CsvFile, NotUtf8 } from "./csv-file.js";
import { CsvLoad, type CsvPart } from "./load.js";
import { type CsvHeader, readHeader } from "./read-header.js";

export interface CsvRequest extends TableRequest {
  readonly encoding?: string | undefined;
}

/** What the instrument is called where the file's name says it. */
const FILE_INSTRUMENT = "instrument";
/** How the code in a file's name is called as a column, which no header can. */
const FILE_NAME = "\0the file's name";
/** A header lies in the first bytes of a file. */
const HEADER_BYTES = 1 << 16;

/**
 * Reads CSV files with one header, whatever the order of its columns, as one table, file after file. Linear in bytes and
 * in columns: the text is gone through once, and again where columns turn out to be of other kinds than their first cells.
 * @param parts the files, each with the instrument of all its rows where its name says it and no column does
 * @throws DataServiceError corrupt, flat-index, unknown-field, unsupported (two columns of one name; files that disagree),
 * changed (written to while it is read)
 */
export function readCsvParts(
  parts: readonly { readonly path: string; readonly instrument?: string | undefined }[],
  label: string,
  request: CsvRequest,
): FileTable {
  const files = parts.map(({ path, instrument }) => {
    return { file: new CsvFile(path, request.encoding), instrument };
  });
  const table = new CsvTable(files, label, request);
  return tillDecoded(() => table.read());
}

class CsvTable {
  readonly #parts: readonly CsvPart[];
  readonly #label: string;
  readonly #request: CsvRequest;

  constructor(parts: readonly CsvPart[], label: string, request: CsvRequest) {
    this.#parts = parts;
    this.#label = label;
    this.#request = request;
  }

  read(): FileTable {
    const layout = layOutParts(headerNames(this.#parts[0]!.file), this.#parts, this.#label, this.#request);
    const columns = chooseColumns(layout.columns, this.#request.columns, this.#label);
    let [load, starts] = this.#load(layout, columns, undefined);
    while (load.failed) [load, starts] = this.#load(layout, columns, load.kinds);
    return this.#table(load, starts, layout, columns);
  }

  /** One pass, and the row at which each part begins, with the row count at the end. */
  #load(
    layout: TableLayout,
    columns: readonly LayoutColumn[],
    kinds: Int32Array | undefined,
  ): [load: CsvLoad, starts: number[]] {
    const { datetime, instrument } = layout;
    const wanted = {
      datetime,
      instrument: instrument === FILE_NAME ? undefined : instrument,
      fields: columns.map(({ field }) => field),
    };
    const load = new CsvLoad(wanted, kinds);
    const starts = [0];
    const [first] = this.#parts;
    for (const part of this.#parts) {
      const check = ({ names }: CsvHeader) => {
        if (part !== first) refuseOther(names, layout, part.file.path, first!.file.path);
      };
      load.read(part, check, () => {
        this.#request.onProgress?.({ rows: load.rows, totalRows: Math.max(load.rows, load.expected) });
      });
      starts.push(load.rows);
    }
    return [load, starts];
  }

  #table(
    load: CsvLoad,
    starts: readonly number[],
    layout: TableLayout,
    columns: readonly LayoutColumn[],
  ): FileTable {
    const label = this.#label;
    const { datetimes, timezone } = this.#timesOf(load, layout);
    const [times, names] = [load.times.codes, load.names.codes];
    const keys: RowKeys = {
      rowCount: load.rows,
      datetimes,
      instruments: load.names.level,
      readDatetimeCodes: (first, last) => times.subarray(first, last),
      readInstrumentCodes: (first, last) => names.subarray(first, last),
      timezone,
    };
    const sources = columns.map(({ name }, i): [string, ColumnSource] => {
      return [name, load.cellsOf(i).finish(label, name)];
    });
    const { datetime, instrument } = layout.keyNames;
    const keyNames = { datetime, instrument: instrument === FILE_NAME ? FILE_INSTRUMENT : instrument };
    const parts = { paths: this.#parts.map(({ file }) => file.path), starts };
    return { label, keys, columns: new Map(sources), keyNames, parts };
  }

  #timesOf({ times }: CsvLoad, layout: TableLayout) {
    const { level, lines } = times;
    try {
      return timesOfTexts(level, this.#label, layout.keyNames.datetime!);
    } catch (error) {
      if (!(error instanceof DataServiceError) || error.details.position === undefined) throw error;
      const line = lines[error.details.position]!;
      const text = level[error.details.position]!;
      const path = this.#parts.length === 1 ? this.#parts[0]!.file.path : this.#label;
      const problem = `${path}: line ${line + 1} has ${JSON.stringify(text)} where a datetime is expected`;
      throw new DataServiceError("corrupt", problem, { path, position: line });
    }
  }
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
    const part = { file: new CsvFile(path, undefined), instrument: "" };
    const { instrument } = layOutParts(headerNames(part.file), [part], path, {}).keyNames;
    return instrument === FILE_NAME;
  } catch (error) {
    if (error instanceof DataServiceError) return false;
    throw error;
  }
}

/** The names of a file's columns. */
function headerNames(file: CsvFile): readonly string[] {
  return tillDecoded(() => {
    for (const piece of file.lines(Buffer.allocUnsafe(HEADER_BYTES))) {
      const header = readHeader(piece, file.path);
      if (header) return header.names;
    }
    return [];
  });
}

/** Begins again where a file turns out not to be UTF-8, which it then knows of itself. */
function tillDecoded<T>(use: () => T): T {
  for (;;) {
    try {
      return use();
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
    }
  }
}

/** @throws DataServiceError unsupported (a header without a column that the first file has, or with one more) */
function refuseOther(
  names: readonly string[],
  { datetime, instrument, columns }: TableLayout,
  path: string,
  first: string,
): void {
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
