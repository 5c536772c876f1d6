import type { ColumnData, ColumnSource } from "../../columns/table.js";
import type { ColumnPages } from "./column-pages.js";
import { faultless } from "./fault.js";
import { RowCodes } from "./row-codes.js";
import { TextCodes } from "./text-codes.js";

/** What a row of texts takes at most: its code. */
const CODE_BYTES = 4;

/** A column of texts: codes while it lies here, strings for the rows that are read. */
export class TextColumn implements ColumnSource {
  readonly type = "string";
  readonly length: number;
  #codes: TextCodes | undefined;

  constructor(readonly pages: ColumnPages) {
    this.length = pages.rowCount;
  }

  read(first: number, last: number): ColumnData {
    const { codes, names } = this.#decoded(first, last);
    const values = new Array<string | null>(last - first);
    for (let i = 0; i < values.length; i++) values[i] = names[codes[first + i]!] ?? null;
    return { values };
  }

  gather(rows: Uint32Array): ColumnData {
    if (rows.length === 0) return { values: [] };
    const { codes, names } = this.#decoded(rows[0]!, rows[rows.length - 1]! + 1);
    return { values: Array.from(rows, (row) => names[codes[row]!] ?? null) };
  }

  #decoded(first: number, last: number): { codes: Int16Array | Int32Array; names: readonly string[] } {
    if (!this.#codes) {
      this.pages.takeRoom(CODE_BYTES);
      this.#codes = new TextCodes(new RowCodes(this.length));
    }
    const own = this.#codes;
    this.pages.decode(first, last, own);
    const names = faultless(this.pages.rows.file, this.pages.name, () => own.names);
    return { codes: own.codes.values, names };
  }
}
