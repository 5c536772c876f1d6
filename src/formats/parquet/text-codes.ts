import { TextLevel } from "../../columns/text-level.js";
import type { DataPage, DictionaryPage } from "./chunk-pages.js";
import type { PageDecoder } from "./column-pages.js";
import { ParquetFault } from "./fault.js";
import { isDictionaryEncoding, takeCells } from "./fixed-cells.js";
import { narrowed, type RowCodes } from "./row-codes.js";
import { dictionaryTexts, pageTexts } from "./text-cells.js";

/** A mark of a byte order is a character of a text as others are. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Texts as codes, one a row: no string is made until `names` is asked for. A missing cell is −1. */
export class TextCodes implements PageDecoder {
  readonly #level = new TextLevel();
  readonly #names: string[] = [];
  /** The codes of the entries of the chunk's dictionary. */
  #dictionary: Int16Array | Int32Array | undefined;

  constructor(readonly codes: RowCodes) {}

  /** Each text that some row may have, once. @throws ParquetFault corrupt (bytes that are no UTF-8) */
  get names(): readonly string[] {
    const more = this.#level.texts(decodeText, this.#names.length);
    for (const name of more) this.#names.push(name);
    return this.#names;
  }

  dictionary(page: DictionaryPage): void {
    const { bytes, starts, ends } = dictionaryTexts(page);
    const codes = new Int32Array(page.count);
    this.#level.encode(bytes, starts, ends, codes);
    this.#dictionary = narrowed(codes, this.#level.count);
  }

  page(page: DataPage, row: number): void {
    const codes = this.#codesOf(page);
    this.codes.place(page, codes, this.#level.count, row);
  }

  #codesOf(page: DataPage): Int16Array | Int32Array {
    if (isDictionaryEncoding(page.encoding)) {
      if (!this.#dictionary) throw new ParquetFault("a page has codes, and there is no dictionary");
      return takeCells(page, this.#dictionary);
    }
    const { bytes, starts, ends } = pageTexts(page);
    const codes = new Int32Array(page.cells);
    this.#level.encode(bytes, starts, ends, codes);
    return codes;
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new ParquetFault("a text of it is not UTF-8");
  }
}
