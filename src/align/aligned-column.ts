import { Column } from "../columns/column.js";
import { gatherPresent } from "../columns/gather-present.js";
import type { ColumnData, ColumnSource, ColumnType } from "../columns/table.js";
import type { RowAlignment } from "./align.js";

/**
 * The cells of `column` beside the rows of another index: gathered when they are first read, missing where
 * there is no row (NaN in floats, null in strings, masked in other types). A contiguous run is shared.
 */
export function alignColumn(column: Column, alignment: RowAlignment): Column {
  const { run, length } = alignment;
  if (run !== undefined) return column.slice(run, run + length);
  return Column.from(new AlignedSource(column, alignment));
}

/** A column seen through a row map that has -1 where there is no row. */
class AlignedSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  constructor(
    readonly parent: Column,
    readonly alignment: RowAlignment,
  ) {
    this.type = parent.type;
    this.length = alignment.length;
  }

  get refusal(): string | undefined {
    return this.parent.refusal;
  }

  get readsWhole(): Column {
    return this.parent;
  }

  read(first: number, last: number): ColumnData {
    return this.#pick(this.alignment.rows.subarray(first, last));
  }

  gather(rows: Uint32Array): ColumnData {
    const own = this.alignment.rows;
    const picked = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) picked[i] = own[rows[i]!]!;
    return this.#pick(picked);
  }

  /** A column in memory is gathered from; of one in a file no more is read than the rows need. */
  #pick(rows: Int32Array): ColumnData {
    const { parent, alignment } = this;
    const isWhole = parent.loaded || rows.length === this.length;
    if (isWhole && alignment.matched === alignment.length) {
      parent.values; // loads it
      return parent.gather(new Uint32Array(rows.buffer, rows.byteOffset, rows.length)); // none is -1
    }
    if (isWhole) {
      const { values, mask } = parent;
      return gatherPresent({ values, ...(mask && { mask }) }, rows, 0);
    }
    const [first, last] = extent(rows);
    const present = last - first > 2 * rows.length ? ascendingRows(rows) : undefined;
    if (!present) return gatherPresent(parent.read(first, last), rows, first);
    let next = 0;
    const places = rows.map((row) => (row < 0 ? -1 : next++));
    return gatherPresent(parent.gather(present), places, 0);
  }
}

/** The rows of a map without the -1s, as a file is gathered from; undefined where they do not ascend. */
function ascendingRows(rows: Int32Array): Uint32Array | undefined {
  const present = Uint32Array.from(rows.filter((row) => row >= 0));
  for (let i = 1; i < present.length; i++) if (present[i]! <= present[i - 1]!) return undefined;
  return present;
}

/** The range [first, last) that holds all rows of a map but -1; empty where there are none. */
function extent(rows: Int32Array): [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < 0) continue;
    if (row < first) first = row;
    if (row >= last) last = row + 1;
  }
  return last === 0 ? [0, 0] : [first, last];
}
