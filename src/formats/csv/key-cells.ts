import type { CsvLoops, KeyTable } from "./csv-loops.js";

/** What stands for a missing key: `NA` and `N/A` are tickers. */
const MISSING: ReadonlySet<string> = new Set(["", "NaN", "nan", "None", "null", "<NA>", "NaT", "NULL"]);

/** The texts of a key's cells: each distinct one once, and a code a row; -1 is missing. */
export class KeyCells {
  readonly level: string[] = [];
  /** The line in which each of them came first. */
  readonly lines: number[] = [];
  #codes = new Int32Array(1024);
  #count = 0;
  readonly #known = new Map<string, number>();
  readonly #table: KeyTable | undefined;
  #before = "";
  #code = -1;

  /** @param table for `takeSplit` */
  constructor(table: KeyTable | undefined) {
    this.#table = table;
  }

  /** Takes the next cell, without the blanks, tabs and `="…"` that spreadsheets put around codes. */
  take(bytes: Buffer, start: number, end: number, line: number): void {
    const written = bytes.toString("latin1", start, end);
    if (this.#count === 0 || written !== this.#before) {
      this.#before = written;
      this.#code = this.#codeOf(bare(bytes.toString("utf8", start, end)), line);
    }
    this.#grow(1);
    this.#codes[this.#count++] = this.#code;
  }

  /** Takes all cells of a column, the first of which stands in `line`. */
  takeSplit(loops: CsvLoops, column: number, line: number): void {
    for (let row = 0; row < loops.rows; row++) {
      const known = loops.codes(column, row, this.#table!);
      this.#grow(known.length + 1);
      this.#codes.set(known, this.#count);
      this.#count += known.length;
      row += known.length;
      if (row === loops.rows) return;
      const [start, end] = [loops.beginOf(row, column), loops.endOf(row, column)];
      this.take(loops.bytes, start, end, line + row);
      loops.learn(start, end, this.#code, this.#table!);
    }
  }

  /** Takes one text for so many rows. */
  repeat(text: string, rows: number): void {
    const code = this.#codeOf(text, 0);
    this.#grow(rows);
    this.#codes.fill(code, this.#count, this.#count + rows);
    this.#count += rows;
  }

  /** One code a row. */
  get codes(): Int32Array {
    return this.#codes.subarray(0, this.#count);
  }

  #grow(by: number): void {
    if (this.#count + by <= this.#codes.length) return;
    const codes = new Int32Array(Math.max(2 * this.#codes.length, this.#count + by));
    codes.set(this.codes);
    this.#codes = codes;
  }

  #codeOf(text: string, line: number): number {
    if (MISSING.has(text)) return -1;
    let code = this.#known.get(text);
    if (code === undefined) {
      code = this.level.push(text) - 1;
      this.lines.push(line);
      this.#known.set(text, code);
    }
    return code;
  }
}

/** A cell as it is meant: `="000001"` is how a spreadsheet is told that a code is text. */
export function bare(cell: string): string {
  const text = withoutBlanks(cell);
  const quoted = /^="(.*)"$/.exec(text)?.[1];
  return quoted === undefined ? text : withoutBlanks(quoted);
}

/** A byte order mark within a file is a character like others; \s counts it as a blank. */
const withoutBlanks = (text: string): string =>
  text.replace(/^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g, "");
