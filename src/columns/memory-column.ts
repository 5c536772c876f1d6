import { newCells, pickCells } from "./cells.js";
import type { ColumnData, ColumnSource, ColumnType } from "./table.js";

/** A column whose cells are in memory; a read shares them. */
export class MemoryColumn implements ColumnSource {
  readonly length: number;

  constructor(
    readonly type: ColumnType,
    readonly data: ColumnData,
  ) {
    this.length = data.values.length;
  }

  read(first: number, last: number): ColumnData {
    const { values, mask } = this.data;
    const part = Array.isArray(values) ? values.slice(first, last) : values.subarray(first, last);
    return mask ? { values: part, mask: mask.subarray(first, last) } : { values: part };
  }

  gather(rows: Uint32Array): ColumnData {
    const values = newCells(this.type, rows.length);
    pickCells(values, 0, this.data.values, rows, 0);
    if (!this.data.mask) return { values };
    const mask = new Uint8Array(rows.length);
    pickCells(mask, 0, this.data.mask, rows, 0);
    return { values, mask };
  }
}
