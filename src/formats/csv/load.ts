import { DataServiceError } from "../../errors.js";
import { ALL_KINDS, type Cells, cellsOf, kindsOfCell } from "./cells.js";
import { type CsvFile, EndlessRecord } from "./csv-file.js";
import { type CsvLoops, csvLoops, TEXT_BYTES } from "./csv-loops.js";
import { KeyCells } from "./key-cells.js";
import { type CsvHeader, readHeader } from "./read-header.js";
import { type CsvRecord, CsvRecords } from "./records.js";

/** A CSV file of a table. */
export interface CsvPart {
  readonly file: CsvFile;
  /** The instrument of all its rows, where its name says it and no column does. */
  readonly instrument?: string | undefined;
}

/** The columns of a table by their names in a header. */
export interface WantedColumns {
  readonly datetime: string;
  /** Undefined where the names of files say it. */
  readonly instrument: string | undefined;
  readonly fields: readonly string[];
}

/** Records by which kinds are judged at first; where a later cell says otherwise, there is another pass. */
const SAMPLE_RECORDS = 256;
const SAMPLE_BYTES = 1 << 17;

/**
 * One pass over the files of a table. Plain rows are taken apart in WebAssembly, and then a column at a time; from the
 * first piece on with quotes, blank lines or a row of another length, records one by one.
 */
export class CsvLoad {
  readonly times: KeyCells;
  readonly names: KeyCells;
  rows = 0;
  /** How many rows there will be, from the first piece. */
  expected = 0;
  /** Whether a column turned out to be of another kind than its first cells: its cells are not all there. */
  failed = false;
  /** What the cells of each column can be by all that has been seen, a bit a kind. */
  readonly kinds: Int32Array;
  readonly cells: Cells[] = [];
  readonly loops: CsvLoops | undefined;
  readonly #space: Buffer;
  #judged: boolean;

  /** @param kinds what earlier passes saw */
  constructor(
    readonly wanted: WantedColumns,
    kinds: Int32Array | undefined,
  ) {
    this.kinds = kinds ?? new Int32Array(wanted.fields.length).fill(ALL_KINDS);
    this.#judged = kinds !== undefined;
    this.loops = csvLoops();
    this.#space = this.loops?.text ?? Buffer.allocUnsafe(TEXT_BYTES);
    this.times = new KeyCells(this.loops?.keyTable(0));
    this.names = new KeyCells(this.loops?.keyTable(1));
  }

  /**
   * Takes all rows of a file.
   * @param check what its header must hold
   * @throws NotUtf8; DataServiceError as `CsvFile.lines`, corrupt (a row of another length), and what `check` throws
   */
  read(part: CsvPart, check: (header: CsvHeader) => void, onPiece: () => void): void {
    let body: CsvBody | undefined;
    try {
      for (const piece of part.file.lines(this.#space)) {
        if (body) body.take(piece);
        else {
          const header = readHeader(piece, part.file.path);
          if (!header) continue;
          check(header);
          body = new CsvBody(this, part, header);
          const rest = piece.subarray(header.next);
          if (this.cells.length === 0) this.#begin(body, rest, part.file.size);
          body.take(rest);
        }
        onPiece();
      }
      body?.end();
    } catch (error) {
      if (!(error instanceof EndlessRecord)) throw error;
      const [{ path }, position] = [part.file, body?.line ?? 0];
      const problem = `${path}: not a CSV file: ${error.message} of line ${position + 1}; write the file again`;
      throw new DataServiceError("corrupt", problem, { path, position }, error);
    }
  }

  /** Judges the kinds of columns by the first records, and makes room for as many rows as a file of that size has. */
  #begin(body: CsvBody, rest: Buffer, size: number): void {
    const sample = Buffer.from(rest.subarray(0, SAMPLE_BYTES));
    const whole = sample.length === rest.length ? sample : sample.subarray(0, sample.lastIndexOf(10) + 1);
    if (!this.#judged) body.sample(whole, this.kinds);
    if (this.loops && body.split(rest)) {
      this.expected = Math.ceil((1.02 * this.loops.rows * size) / rest.length);
    }
    for (const kinds of this.kinds) this.cells.push(cellsOf(kinds, this.expected));
  }

  /** The cells of a column, of which there are none where no file has a row. */
  cellsOf(column: number): Cells {
    return this.cells[column] ?? cellsOf(ALL_KINDS, 0);
  }

  /**
   * Goes on with a column at a cell that it did not take: it is of a kind that both can be. Where all before were missing
   * they are that still; else there must be another pass.
   */
  widen(column: number, bytes: Buffer, start: number, end: number): void {
    const before = this.kinds[column]!;
    const kinds = before & (kindsOfCell(bytes, start, end) ?? ALL_KINDS);
    const cells = cellsOf(kinds, this.expected);
    if (before === ALL_KINDS) cells.missFirst(this.cells[column]!.count);
    else this.failed = true;
    this.kinds[column] = kinds;
    this.cells[column] = cells;
  }
}

/** What stands behind the header of a file. */
class CsvBody {
  /** The line of what comes next. */
  line: number;
  readonly #load: CsvLoad;
  readonly #part: CsvPart;
  readonly #width: number;
  readonly #separator: number;
  /** Where cells of the columns stand in a record. */
  readonly #fields: readonly number[];
  readonly #time: number;
  /** -1 where the file's name says it. */
  readonly #name: number;
  #records: CsvRecords | undefined;

  constructor(load: CsvLoad, part: CsvPart, { names, separator, line }: CsvHeader) {
    const { datetime, instrument, fields } = load.wanted;
    this.line = line;
    this.#load = load;
    this.#part = part;
    this.#width = names.length;
    this.#separator = separator;
    this.#fields = fields.map((field) => names.indexOf(field));
    this.#time = names.indexOf(datetime);
    this.#name = instrument === undefined ? -1 : names.indexOf(instrument);
  }

  take(lines: Buffer): void {
    if (lines.length === 0) return;
    if (!this.#records && this.split(lines)) {
      this.#takeSplit(this.#load.loops!);
      this.line += this.#load.loops!.rows;
      return;
    }
    this.#records ??= new CsvRecords(this.#separator, this.line);
    this.#push(lines, false);
  }

  end(): void {
    if (this.#records) this.#push(Buffer.alloc(0), true);
  }

  split(lines: Buffer): boolean {
    return lines.length > 0 && (this.#load.loops?.split(lines, this.#separator, this.#width) ?? false);
  }

  /** Narrows the kinds of columns by the first records. */
  sample(lines: Buffer, kinds: Int32Array): void {
    let rows = 0;
    new CsvRecords(this.#separator, this.line).push(lines, true, (record) => {
      for (const [i, cell] of this.#fields.entries()) {
        if (cell >= record.count) continue;
        kinds[i]! &= kindsOfCell(record.bytes, record.starts[cell]!, record.ends[cell]!) ?? ALL_KINDS;
      }
      return ++rows < SAMPLE_RECORDS;
    });
  }

  #takeSplit(loops: CsvLoops): void {
    const load = this.#load;
    for (const [i, column] of this.#fields.entries()) {
      for (let row = 0; row < loops.rows; ) {
        row = load.cells[i]!.takeSplit(loops, column, row);
        if (row < loops.rows)
          load.widen(i, loops.bytes, loops.beginOf(row, column), loops.endOf(row, column));
      }
    }
    load.times.takeSplit(loops, this.#time, this.line);
    if (this.#name >= 0) load.names.takeSplit(loops, this.#name, this.line);
    else load.names.repeat(this.#part.instrument!, loops.rows);
    load.rows += loops.rows;
  }

  #push(piece: Buffer, isLast: boolean): void {
    this.#records!.push(piece, isLast, (record) => this.#takeRecord(record));
    this.line = this.#records!.line;
  }

  #takeRecord(record: CsvRecord): boolean {
    const { bytes, starts, ends, count, line } = record;
    const hasMore = count === 1 + this.#width && starts[count - 1] === ends[count - 1];
    if (count !== this.#width && !hasMore) throw this.#wrongCount(record);
    const load = this.#load;
    for (const [i, cell] of this.#fields.entries()) {
      const [start, end] = [starts[cell]!, ends[cell]!];
      while (!load.cells[i]!.take(bytes, start, end)) load.widen(i, bytes, start, end);
    }
    load.times.take(bytes, starts[this.#time]!, ends[this.#time]!, line);
    if (this.#name >= 0) load.names.take(bytes, starts[this.#name]!, ends[this.#name]!, line);
    else load.names.repeat(this.#part.instrument!, 1);
    load.rows++;
    return true;
  }

  #wrongCount({ line, count }: CsvRecord): DataServiceError {
    const { path } = this.#part.file;
    const problem = `${path}: line ${line + 1} has ${count} cells where the header has ${this.#width}; write it again`;
    return new DataServiceError("corrupt", problem, { path, position: line });
  }
}
