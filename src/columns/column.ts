import { inspect } from "node:util";
import { DataServiceError } from "../errors.js";
import { arrayOf, maskedCells } from "./cells.js";
import { columnText } from "./column-text.js";
import { floatsOf } from "./floats.js";
import { gatherMask, gatherValues } from "./gather.js";
import { countMissing } from "./missing-cells.js";
import type { ColumnData, ColumnSource, ColumnType, ColumnValues, ValuesByType } from "./table.js";

/** One cell, as `at` gives it: null if it is missing and the type has no NaN. */
export type Cell = number | bigint | boolean | string | null;

/** After so many single cells, those around the next are read with it: a loop over rows must not read once a row. */
const SINGLE_READS = 16;
const NEARBY_ROWS = 4096;

/** Cells of chosen rows that may lie side by side elsewhere, as in the by-instrument order of a column. */
export interface ContiguousCells {
  /** The cells of the chosen rows [first, last) of a column, sharing memory, where they lie so. */
  read(column: Column, first: number, last: number): ColumnData | undefined;
}

/**
 * A column of a Panel: typed, immutable, and read from its source when its cells are first asked for. The class of its
 * `values` follows from the type, where that is known: see `is`.
 */
export class Column<T extends ColumnType = ColumnType> implements ColumnSource {
  readonly type: T;
  readonly length: number;
  #source: ColumnSource | undefined;
  #data: ColumnData | undefined;
  #singleReads = 0;
  /** The rows around the cell that was last read alone, from `first` on. */
  #nearby: { readonly first: number; readonly data: ColumnData } | undefined;

  private constructor(type: T, length: number) {
    this.type = type;
    this.length = length;
  }

  /**
   * A column over cells in memory, which are shared, not copied. Only floats and strings with a mask are copied, since
   * they mark missing cells with NaN and null.
   * @param mask one byte per row, 1 where the cell is present
   * @throws DataServiceError bad-request (an array of another type, a mask of another length)
   */
  static of<T extends ColumnType>(type: T, values: ColumnValues, mask?: Uint8Array): Column<T> {
    const room = arrayOf(type);
    if (!(values instanceof room)) {
      const found = (values as object | null | undefined)?.constructor.name ?? String(values);
      throw new DataServiceError("bad-request", `Column.of: ${type} cells lie in ${room.name}, not ${found}`);
    }
    if (mask && mask.length !== values.length) {
      const problem = `Column.of: a mask of ${mask.length} bytes for ${values.length} cells; give one byte a cell`;
      throw new DataServiceError("bad-request", problem, { count: mask.length });
    }
    const column = new Column<T>(type, values.length);
    column.#data = mask ? maskedCells(values, mask) : { values };
    return column;
  }

  /** A column that is read from `source` when it is first needed. */
  static from(source: ColumnSource): Column {
    if (source instanceof Column) return source;
    const column = new Column(source.type, source.length);
    column.#source = source;
    return column;
  }

  /**
   * Whether the cells are of a type, whose array `values` then is: `if (column.is("float32")) column.values` is a
   * Float32Array for the compiler too. `floats()` needs no such question.
   */
  is<Asked extends ColumnType>(type: Asked): this is Column<Asked> {
    return (this.type as ColumnType) === type;
  }

  /** Whether the cells are in memory already. */
  get loaded(): boolean {
    return this.#data !== undefined;
  }

  /** Why the cells cannot be read, where the file has some that a panel cannot hold; reading them throws it. */
  get refusal(): string | undefined {
    return this.#source?.refusal;
  }

  /**
   * All cells: a typed array of `length` elements, or (string | null)[] for strings. Do not write to it. The array may
   * be part of a larger buffer that other columns share.
   */
  get values(): ValuesByType[T] {
    return this.#load().values as ValuesByType[T];
  }

  /** One byte per row, 1 where the cell is present; undefined when none is missing or the type has NaN or null. */
  get mask(): Uint8Array | undefined {
    return this.#load().mask;
  }

  /**
   * The cell of a row; null if it is missing (a missing float is NaN) or if there is no such row. A `datetime` is epoch
   * nanoseconds.
   * @throws DataServiceError bad-request if the row is not a whole number
   */
  at(row: number): Cell {
    if (!Number.isInteger(row)) {
      throw new DataServiceError("bad-request", `at: row ${String(row)} is not a whole number`);
    }
    if (row < 0 || row >= this.length) return null;
    const { first, data } = this.#data ? { first: 0, data: this.#data } : this.#around(row);
    const { values, mask } = data;
    if (mask && mask[row - first] === 0) return null;
    const value = values[row - first]!;
    return this.type === "bool" ? value === 1 : value;
  }

  /** Some rows of the source that hold the given one. */
  #around(row: number): { readonly first: number; readonly data: ColumnData } {
    const held = this.#nearby;
    if (held && row >= held.first && row < held.first + held.data.values.length) return held;
    if (++this.#singleReads <= SINGLE_READS) return { first: row, data: this.#source!.read(row, row + 1) };
    const first = row - (row % NEARBY_ROWS);
    this.#nearby = { first, data: this.#source!.read(first, Math.min(first + NEARBY_ROWS, this.length)) };
    return this.#nearby;
  }

  /**
   * The cells of the rows [first, last), which share this column's memory once it is loaded; before that, only these
   * are read.
   * @throws DataServiceError bad-request unless 0 <= first <= last <= length, both whole numbers
   */
  read(first: number, last: number): ColumnData {
    if (first === 0 && last === this.length) return this.#load();
    this.#checkRange(first, last, "read");
    const data = this.#data;
    if (!data) return this.#source!.read(first, last);
    const { values, mask } = data;
    const part = Array.isArray(values) ? values.slice(first, last) : values.subarray(first, last);
    return mask ? { values: part, mask: mask.subarray(first, last) } : { values: part };
  }

  /** The cells of `rows`, which must be strictly ascending and below `length`; for any others, see `take`. */
  gather(rows: Uint32Array): ColumnData {
    const data = this.#data;
    if (!data) return this.#source!.gather(rows);
    const values = gatherValues(data.values, rows);
    return data.mask ? { values, mask: gatherMask(data.mask, rows) } : { values };
  }

  /**
   * The rows [first, last) of this column, sharing its memory once that is loaded.
   * @throws DataServiceError bad-request unless 0 <= first <= last <= length, both whole numbers
   */
  slice(first: number, last: number): Column {
    if (first === 0 && last === this.length) return this;
    this.#checkRange(first, last, "slice");
    if (this.#data && this.type !== "string") {
      const { values, mask } = this.read(first, last);
      return Column.of(this.type, values, mask);
    }
    return Column.from(new SliceSource(this, first, last));
  }

  /**
   * The given rows of this column, gathered when they are first read. If they are not ascending, or some are given
   * twice, a column in a file is read whole.
   * @throws DataServiceError bad-request if there is no such row
   */
  take(rows: Uint32Array): Column {
    if (!(rows instanceof Uint32Array)) {
      throw new DataServiceError("bad-request", "take: the rows are a Uint32Array of row numbers");
    }
    let ascending = true;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row >= this.length) {
        const problem = `take: row ${row} of a column of ${this.length} rows`;
        throw new DataServiceError("bad-request", problem, { position: row });
      }
      if (i > 0 && row <= rows[i - 1]!) ascending = false;
    }
    return ascending ? this.pick(rows) : this.reorder(rows);
  }

  /** `take` of rows that are known to be ascending, each once, and whose cells may lie side by side. @internal */
  pick(rows: Uint32Array, beside?: ContiguousCells): Column {
    return Column.from(new GatherSource(this, rows, beside));
  }

  /** The rows in any order; a column in a file is loaded as a whole first. @internal */
  reorder(order: Uint32Array): Column {
    if (this.#data) {
      const { values, mask } = this.gather(order);
      return Column.of(this.type, values, mask);
    }
    return Column.from(new OrderSource(this, order));
  }

  /** Where cells that are not loaded yet come from: rows [first, last) of a source. @internal */
  origin(): { source: ColumnSource; first: number; last: number } | undefined {
    if (this.#data) return undefined;
    const source = this.#source!;
    if (!(source instanceof SliceSource)) return { source, first: 0, last: this.length };
    const parent = source.parent.origin();
    const first = (parent?.first ?? 0) + source.first;
    return parent && { source: parent.source, first, last: first + this.length };
  }

  /** Takes the cells that were read for it, together with other columns, from its origin. @internal */
  fill(data: ColumnData): void {
    this.#data = data;
    this.#source = undefined;
    this.#nearby = undefined;
  }

  /**
   * The cells as numbers to compute with: a float column's own array, shared; integers and booleans (1 and 0) as a new
   * Float64Array, in which integers beyond 2^53 are rounded. A missing cell is NaN.
   * @throws DataServiceError bad-request for strings and datetimes
   */
  floats(): Float32Array | Float64Array {
    return floatsOf(this.type, this.#load());
  }

  /** How many cells are missing: NaN, null or masked. Reads the column. */
  countMissing(): number {
    return countMissing(this.#load());
  }

  /** Type, length and the cells at both ends; of cells that are still in a file, the first two. */
  toString(): string {
    return columnText(this);
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return columnText(this);
  }

  /** A source in a file would read what lies beside its rows. */
  #checkRange(first: number, last: number, call: string): void {
    const whole = Number.isInteger(first) && Number.isInteger(last);
    if (whole && 0 <= first && first <= last && last <= this.length) return;
    const problem = `${call}: there are no rows [${first}, ${last}) in a column of ${this.length} rows; give whole numbers with 0 <= first <= last <= ${this.length}`;
    throw new DataServiceError("bad-request", problem, { count: this.length });
  }

  #load(): ColumnData {
    if (!this.#data) this.fill(this.#source!.read(0, this.length)); // lets go of the parent of a gathered column
    return this.#data!;
  }
}

class SliceSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly parent: Column,
    readonly first: number,
    last: number,
  ) {
    this.type = parent.type;
    this.length = last - first;
  }

  get refusal(): string | undefined {
    return this.parent.refusal;
  }

  read(first: number, last: number): ColumnData {
    return this.parent.read(this.first + first, this.first + last);
  }

  gather(rows: Uint32Array): ColumnData {
    return this.parent.gather(rows.map((row) => row + this.first));
  }
}

class GatherSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly parent: Column,
    readonly rows: Uint32Array,
    readonly beside?: ContiguousCells,
  ) {
    this.type = parent.type;
    this.length = rows.length;
  }

  get refusal(): string | undefined {
    return this.parent.refusal;
  }

  read(first: number, last: number): ColumnData {
    return this.beside?.read(this.parent, first, last) ?? this.parent.gather(this.rows.subarray(first, last));
  }

  gather(rows: Uint32Array): ColumnData {
    return this.parent.gather(rows.map((row) => this.rows[row]!));
  }
}

/** Files are gathered from in ascending order of rows; another order is made in memory. */
class OrderSource extends GatherSource {
  override read(first: number, last: number): ColumnData {
    this.parent.values; // loads the whole column
    return super.read(first, last);
  }

  override gather(rows: Uint32Array): ColumnData {
    this.parent.values;
    return super.gather(rows);
  }
}
