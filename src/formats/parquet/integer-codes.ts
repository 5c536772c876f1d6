import { asInt64 } from "../../columns/cells.js";
import { Int64Level } from "../../columns/int64-level.js";
import type { DataPage, DictionaryPage } from "./chunk-pages.js";
import type { PageDecoder } from "./column-pages.js";
import { ParquetFault } from "./fault.js";
import {
  dictionaryCells,
  type FixedCells,
  fixedCells,
  isDictionaryEncoding,
  takeCells,
  widthOf,
} from "./fixed-cells.js";
import { int96Times } from "./int96.js";
import { INT96 } from "./physical-type.js";
import { narrowed, type RowCodes } from "./row-codes.js";
import type { ParquetField } from "./schema-fields.js";

/** Whole numbers, or times as they are stored, as codes, one a row. A missing cell is −1. */
export class IntegerCodes implements PageDecoder {
  readonly level = new Int64Level();
  readonly #width: number;
  /** The codes of the entries of the chunk's dictionary. */
  #dictionary: Int16Array | Int32Array | undefined;

  constructor(
    readonly field: ParquetField,
    readonly codes: RowCodes,
    readonly label: string,
  ) {
    this.#width = widthOf(field.physical, field.typeLength);
  }

  dictionary(page: DictionaryPage): void {
    const codes = this.#encode(dictionaryCells(page, this.field.physical, this.#width));
    this.#dictionary = narrowed(codes, this.level.count);
  }

  page(page: DataPage, row: number): void {
    const codes = this.#codesOf(page);
    this.codes.place(page, codes, this.level.count, row);
  }

  #codesOf(page: DataPage): Int16Array | Int32Array {
    if (!isDictionaryEncoding(page.encoding))
      return this.#encode(fixedCells(page, this.field.physical, this.#width));
    if (!this.#dictionary) throw new ParquetFault("a page has codes, and there is no dictionary");
    return takeCells(page, this.#dictionary);
  }

  #encode(stored: FixedCells): Int32Array {
    const { physical, name, storage } = this.field;
    let integers: BigInt64Array;
    if (physical === INT96) integers = int96Times(stored as Uint8Array, { label: this.label, field: name });
    else if (storage?.kind === "number" && storage.type === "uint32")
      integers = asInt64(new Uint32Array(stored as Int32Array));
    else integers = asInt64(stored as Int32Array | BigInt64Array);
    const codes = new Int32Array(integers.length);
    this.level.encode(integers, codes);
    return codes;
  }
}
