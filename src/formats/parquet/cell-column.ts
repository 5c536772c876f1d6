import { bytesOf, newCells, pickCells, timeCells } from "../../columns/cells.js";
import {
  CELL_BYTES,
  type ColumnData,
  type ColumnSource,
  type ColumnType,
  type NumericArray,
} from "../../columns/table.js";
import { NAT_NS } from "../../time.js";
import { type CellForm, cellForm } from "./cell-form.js";
import type { DataPage } from "./chunk-pages.js";
import type { ColumnPages } from "./column-pages.js";
import { ParquetFault } from "./fault.js";
import {
  dictionaryCells,
  type FixedCells,
  fixedCells,
  isDictionaryEncoding,
  takeBytes,
  takeCells,
  widthOf,
} from "./fixed-cells.js";

/**
 * A column of numbers, booleans or times. Its cells are decoded, page by page, into the place of their rows in one array,
 * which what is read shares.
 */
export class CellColumn implements ColumnSource {
  readonly type: Exclude<ColumnType, "string">;
  readonly length: number;
  readonly #form: CellForm;
  #values: NumericArray | undefined;
  #mask: Uint8Array | undefined;
  /** Of the chunk that is being read. */
  #dictionary: { readonly stored: FixedCells; readonly cells: NumericArray | undefined } | undefined;

  /** @param zone whose wall clock times show that are UTC in the file */
  constructor(
    readonly pages: ColumnPages,
    zone: string | undefined,
  ) {
    this.#form = cellForm(pages.field, zone, { label: pages.rows.file.label, field: pages.name });
    this.type = this.#form.type;
    this.length = pages.rowCount;
  }

  read(first: number, last: number): ColumnData {
    const values = this.#decoded(first, last).subarray(first, last);
    return this.#mask ? { values, mask: this.#mask.subarray(first, last) } : { values };
  }

  gather(rows: Uint32Array): ColumnData {
    const out = newCells(this.type, rows.length);
    if (rows.length === 0) return { values: out };
    const values = this.#decoded(rows[0]!, rows[rows.length - 1]! + 1);
    pickCells(out, 0, values, rows, 0);
    if (!this.#mask) return { values: out };
    const mask = new Uint8Array(rows.length);
    pickCells(mask, 0, this.#mask, rows, 0);
    return { values: out, mask };
  }

  /** The array of all cells, of which those of the rows [first, last) are there. */
  #decoded(first: number, last: number): NumericArray {
    if (!this.#values) {
      this.pages.takeRoom(CELL_BYTES[this.type]);
      this.#values = newCells(this.type, this.length) as NumericArray;
    }
    const values = this.#values;
    const { physical, typeLength } = this.pages.field;
    const width = widthOf(physical, typeLength);
    this.pages.decode(first, last, {
      dictionary: (page) => {
        const stored = dictionaryCells(page, physical, width);
        this.#dictionary = { stored, cells: this.#form.ofDictionary(stored) };
      },
      page: (page, row) => this.#place(page, row, values, this.#cellsOf(page, row, physical, width)),
    });
    this.#dictionary = undefined;
    return values;
  }

  #cellsOf(page: DataPage, row: number, physical: number, width: number): NumericArray {
    const rowOf = (i: number) => row + rowOfCell(page, i);
    if (!isDictionaryEncoding(page.encoding))
      return this.#form.ofStored(fixedCells(page, physical, width), page.memory, rowOf);
    if (!this.#dictionary) throw new ParquetFault("a page has codes, and there is no dictionary");
    const { stored, cells } = this.#dictionary;
    if (cells) return takeCells(page, cells);
    const taken = stored instanceof Uint8Array ? takeBytes(page, stored, width) : takeCells(page, stored);
    return this.#form.ofStored(taken, page.memory, rowOf);
  }

  #place(page: DataPage, row: number, values: NumericArray, cells: NumericArray): void {
    const { rows, present, memory } = page;
    if (present === undefined) {
      // Bytes: a loop of V8 that has seen one type of arrays stays with it.
      bytesOf(values).set(bytesOf(cells), row * values.BYTES_PER_ELEMENT);
      if (this.type === "datetime") this.#maskRows(row, timeCells(cells as BigInt64Array).mask);
      return;
    }
    const width = values.BYTES_PER_ELEMENT;
    const from = memory.put(cells);
    const out = memory.room(rows * width);
    const { spread8, spread16, spread32, spread64 } = memory.loops;
    const isFloat = this.type.startsWith("float");
    if (width === 1) spread8(from, present, rows, 0, out);
    else if (width === 2) spread16(from, present, rows, 0, out);
    else if (width === 4) spread32(from, present, rows, isFloat ? NAN_32 : 0, out);
    else spread64(from, present, rows, isFloat ? NAN_64 : this.type === "datetime" ? NAT_NS : 0n, out);
    bytesOf(values).set(memory.bytes(out, rows * width), row * width);
    if (isFloat) return;
    const isTime = this.type === "datetime";
    const spread = isTime
      ? timeCells(new BigInt64Array(memory.bytes(out, rows * 8).slice().buffer)).mask
      : undefined;
    this.#maskRows(row, isTime ? spread : memory.bytes(present, rows));
  }

  #maskRows(row: number, present: Uint8Array | undefined): void {
    if (!present) return;
    this.#mask ??= new Uint8Array(this.length).fill(1);
    this.#mask.set(present, row);
  }
}

/** The bits of the NaN that pandas has for a missing cell. */
const NAN_32 = 0x7fc00000;
const NAN_64 = 0x7ff8000000000000n;

/** The row of a page's i-th cell. */
function rowOfCell({ present, rows, memory }: DataPage, i: number): number {
  if (present === undefined) return i;
  const there = memory.bytes(present, rows);
  let row = there.indexOf(1);
  for (let cell = 0; cell < i; cell++) row = there.indexOf(1, row + 1);
  return row;
}
