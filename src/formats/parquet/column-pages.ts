import type { ByteFile } from "../../files/byte-file.js";
import { checkBudget } from "./budget.js";
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
  readonly groups: readonly RowGroup[];
  readonly starts: readonly number[];
}

/** The pages of a column: each is read and decoded when a row of it is first asked for, and never again. */
export class ColumnPages {
  /** By row group: the numbers of the pages that are decoded, or that all are. */
  readonly #done: (Set<number> | "all")[];

  constructor(
    readonly rows: GroupedRows,
    readonly field: ParquetField,
    /** How errors name the column. */
    readonly name: string,
  ) {
    this.#done = rows.groups.map(() => new Set());
  }

  get rowCount(): number {
    return this.rows.starts.at(-1)!;
  }

  /** Refuses cells that are out of all proportion to the file. @throws DataServiceError over-budget */
  checkRoom(bytesOfRow: number): void {
    const { file } = this.rows;
    const what = `${this.rowCount.toLocaleString("en")} cells`;
    faultless(file, this.name, () => checkBudget(this.rowCount * bytesOfRow, file.size, what));
  }

  /**
   * Has `decoder` decode the pages with the rows [first, last) that it has not decoded before.
   * @throws DataServiceError corrupt, unsupported, over-budget, changed
   */
  decode(first: number, last: number, decoder: PageDecoder): void {
    const { starts, file } = this.rows;
    for (let g = 0; g < starts.length - 1; g++) {
      const [begin, end] = [starts[g]!, starts[g + 1]!];
      if (this.#done[g] === "all" || end <= first || begin >= last || begin === end) continue;
      faultless(file, this.name, () =>
        this.#decodeGroup(g, Math.max(first, begin) - begin, Math.min(last, end) - begin, decoder),
      );
    }
    releasePageMemory();
    releaseChunkBytes();
  }

  #decodeGroup(g: number, first: number, last: number, decoder: PageDecoder): void {
    const { file, groups, starts } = this.rows;
    const { rows, chunks } = groups[g]!;
    const done = this.#done[g] as Set<number>;
    const of = {
      chunk: chunks[this.field.leaf]!,
      rows,
      isOptional: this.field.isOptional,
      fileBytes: file.size,
    };
    let pages = 0;
    file.session((read) =>
      visitPages(read, of, {
        wants: (number, begin, end) => begin < last && end > first && !done.has(number),
        dictionary: (page) => decoder.dictionary(page),
        page(page, number) {
          decoder.page(page, starts[g]! + page.first);
          done.add(number);
          pages = number + 1;
        },
        isDone: (row) => row >= last,
      }),
    );
    if (first === 0 && last === rows && done.size === pages) this.#done[g] = "all";
  }
}
