import { MemoryColumn } from "../../columns/memory-column.js";
import type { ColumnPages } from "./column-pages.js";
import { decimalIntegers, decimalText, exactNumber, integerOfBytes } from "./decimals.js";
import { ParquetFault } from "./fault.js";
import {
  dictionaryCells,
  dictionaryCodes,
  fixedCells,
  isDictionaryEncoding,
  widthOf,
} from "./fixed-cells.js";
import { BYTE_ARRAY } from "./physical-type.js";
import { EXACT_DIGITS, type ParquetField } from "./schema-fields.js";
import { dictionaryTexts, pageTexts, type TextBytes } from "./text-cells.js";

/** Whether the type of a column of decimals is known from its cells alone, or they have no width of their own. */
export function isReadAtOnce({ storage, physical }: ParquetField): boolean {
  return storage?.kind === "decimal" && (storage.precision > EXACT_DIGITS || physical === BYTE_ARRAY);
}

/** What a row takes while decimals are read: an integer of any size. */
const ROW_BYTES = 40;

/**
 * Decimals of any width, read at once: float64 where each of the column is the same number there, else text, as pandas has
 * Decimal objects. @throws DataServiceError corrupt, unsupported, over-budget, changed
 */
export function readWideDecimals(pages: ColumnPages): MemoryColumn {
  const { field, rowCount } = pages;
  const { storage, physical, typeLength } = field;
  const scale = storage?.kind === "decimal" ? storage.scale : 0;
  const isBytes = physical === BYTE_ARRAY;
  const width = widthOf(physical, typeLength);
  pages.takeRoom(ROW_BYTES);
  const values = new Array<bigint | null>(rowCount).fill(null);
  let dictionary: bigint[] | undefined;
  pages.decode(0, rowCount, {
    dictionary(page) {
      const read = isBytes ? integersOf(dictionaryTexts(page)) : undefined;
      dictionary = read ?? decimalIntegers(dictionaryCells(page, physical, width), width);
    },
    page(page, row) {
      const { memory, present, rows, cells } = page;
      const there = present === undefined ? undefined : memory.bytes(present, rows).slice();
      let own: bigint[];
      if (isDictionaryEncoding(page.encoding)) {
        const entries = dictionary ?? [];
        own = Array.from(memory.int32(dictionaryCodes(page), cells), (code) => {
          const entry = entries[code];
          if (entry === undefined) throw new ParquetFault("a code of it is not in its dictionary");
          return entry;
        });
      } else {
        own = isBytes
          ? integersOf(pageTexts(page))
          : decimalIntegers(fixedCells(page, physical, width), width);
      }
      for (let i = 0, cell = 0; i < rows; i++) if (there?.[i] !== 0) values[row + i] = own[cell++]!;
    },
  });
  const numbers = new Float64Array(rowCount).fill(Number.NaN);
  for (const [i, value] of values.entries()) {
    if (value === null) continue;
    const number = exactNumber(value, scale);
    if (number === undefined) {
      const texts = values.map((one) => (one === null ? null : decimalText(one, scale)));
      return new MemoryColumn("string", { values: texts });
    }
    numbers[i] = number;
  }
  return new MemoryColumn("float64", { values: numbers });
}

function integersOf({ bytes, starts, ends }: TextBytes): bigint[] {
  return Array.from(starts, (first, i) => integerOfBytes(bytes, first, ends[i]!));
}
