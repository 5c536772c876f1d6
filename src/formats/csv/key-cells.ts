/** What stands for a missing key: `NA` and `N/A` are tickers. */
const MISSING: ReadonlySet<string> = new Set(["", "NaN", "nan", "None", "null", "<NA>", "NaT", "NULL"]);

/** The texts of a key's cells: each distinct one once, and a code a row; -1 is missing. */
export class KeyCells {
  readonly level: string[] = [];
  #codes = new Int32Array(1024);
  #count = 0;
  readonly #known = new Map<string, number>();
  #before = "";
  #code = -1;

  /** Takes the next cell, without the blanks, tabs and `="…"` that spreadsheets put around codes. */
  take(bytes: Buffer, start: number, end: number): void {
    const written = bytes.toString("latin1", start, end);
    if (this.#count === 0 || written !== this.#before) {
      this.#before = written;
      this.#code = this.#codeOf(bare(bytes.toString("utf8", start, end)));
    }
    this.add(this.#code);
  }

  /** Takes a text as the next cell. */
  takeText(text: string): void {
    this.add(this.#codeOf(text));
  }

  /** One code a row. */
  get codes(): Int32Array {
    return this.#codes.subarray(0, this.#count);
  }

  private add(code: number): void {
    if (this.#count === this.#codes.length) {
      const codes = new Int32Array(2 * this.#count);
      codes.set(this.#codes);
      this.#codes = codes;
    }
    this.#codes[this.#count++] = code;
  }

  #codeOf(text: string): number {
    if (MISSING.has(text)) return -1;
    let code = this.#known.get(text);
    if (code === undefined) {
      code = this.level.push(text) - 1;
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
