import type { ByteFile } from "../../files/byte-file.js";
import type { ReadingBudget } from "./budget.js";
import { releaseChunkBytes } from "./chunk-bytes.js";
import { type DataPage, type DictionaryPage, visitPages } from "./chunk-pages.js";
import { faultless } from "./fault.js";
import type { RowGroup } from "./footer.js";
import { releasePageMemory } from "./page-memory.js";
import type { ParquetField } from "./schema-fields.js";

/** What decodes the pages of a column. Rows are those of the table, whose row groups may be some of the file's. */
export interface PageDecoder {
  dictionary(page: DictionaryPage): void;
  /** `row` is the first one of the page. */
  page(page: DataPage, row: number): void;
}

/** The row groups of a file that are read, and where the rows of each begin; the row count ends them. */
export interface GroupedRows {
  readonly file: ByteFile;
  readonly budget: ReadingBudget;
  readonly groups: readonly RowGroup[];
  readonly starts: readonly number[];
}

/** The pages of a column: each is read and decoded when a row of it is first asked for, and never again. */
export class ColumnPages {
  /** By row group: the pages that are decoded, by their number, with the rows they have. */
  readonly #done: Map<number, Rows>[];

  constructor(
    readonly rows: GroupedRows,
    readonly field: ParquetField,
    /** How errors name the column. */
    readonly name: string,
  ) {
    this.#done = rows.groups.map(() => new Map());
  }

  get rowCount(): number {
    return this.rows.starts.at(-1)!;
  }

  /** Counts what the cells will take. @throws DataServiceError over-budget */
  takeRoom(bytesOfRow: number): void {
    const { file, budget } = this.rows;
    const what = `${this.rowCount.toLocaleString("en")} cells`;
    faultless(file, this.name, () => budget.take(this.rowCount * bytesOfRow, what));
  }

  /**
   * Has `decoder` decode the pages with the rows [first, last) that it has not decoded before.
   * @throws DataServiceError corrupt, unsupported, over-budget, changed
   */
  decode(first: number, last: number, decoder: PageDecoder): void {
    const { starts, file } = this.rows;
    for (let g = 0; g < starts.length - 1; g++) {
      const [begin, end] = [starts[g]!, starts[g + 1]!];
      const own = { first: Math.max(first, begin) - begin, last: Math.min(last, end) - begin };
      if (own.first >= own.last || covers(this.#done[g]!.values(), own)) continue;
      faultless(file, this.name, () => this.#decodeGroup(g, own, decoder));
    }
    releasePageMemory();
    releaseChunkBytes();
  }

  #decodeGroup(g: number, { first, last }: Rows, decoder: PageDecoder): void {
    const { file, budget, groups, starts } = this.rows;
    const { rows, chunks } = groups[g]!;
    const done = this.#done[g]!;
    const of = {
      chunk: chunks[this.field.leaf]!,
      rows,
      isOptional: this.field.isOptional,
      budget,
    };
    file.session((read) =>
      visitPages(read, of, {
        wants: (number, begin, end) => begin < last && end > first && !done.has(number),
        dictionary: (page) => decoder.dictionary(page),
        page(page, number) {
          decoder.page(page, starts[g]! + page.first);
          done.set(number, { first: page.first, last: page.first + page.rows });
        },
        isDone: (row) => row >= last,
      }),
    );
  }
}

/** Rows of a row group, half-open. */
interface Rows {
  readonly first: number;
  readonly last: number;
}

/** Whether some rows are all among those of `pages`, no two of which have one in common. */
function covers(pages: Iterable<Rows>, { first, last }: Rows): boolean {
  let lacking = last - first;
  for (const page of pages) lacking -= Math.max(0, Math.min(page.last, last) - Math.max(page.first, first));
  return lacking === 0;
}
