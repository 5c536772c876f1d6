import { newCells, pickCells, putCells } from "../../columns/cells.js";
import type { ColumnData, ColumnType } from "../../columns/table.js";

/** Entries of a dictionary that are not text, as cells of a column; they grow while batches are read. */
export class EntryCells {
  #data: ColumnData;

  constructor(readonly type: Exclude<ColumnType, "string">) {
    this.#data = { values: newCells(type, 0) };
  }

  get count(): number {
    return this.#data.values.length;
  }

  add(more: ColumnData): void {
    const before = this.#data;
    const values = newCells(this.type, this.count + more.values.length);
    putCells(values, 0, before.values);
    putCells(values, this.count, more.values);
    if (!before.mask && !more.mask) {
      this.#data = { values };
      return;
    }
    const mask = new Uint8Array(values.length).fill(1);
    if (before.mask) mask.set(before.mask);
    if (more.mask) mask.set(more.mask, this.count);
    this.#data = { values, mask };
  }

  /** The cells that `codes` point to, and which of them are there; −1 is a missing cell. */
  pick(codes: Int32Array): { values: ColumnData["values"]; present: Uint8Array } {
    const values = newCells(this.type, codes.length);
    const present = new Uint8Array(codes.length);
    if (this.count === 0) return { values, present };
    const at = Uint32Array.from(codes, (code) => Math.max(0, code));
    pickCells(values, 0, this.#data.values, at, 0);
    const { mask } = this.#data;
    for (let i = 0; i < codes.length; i++) present[i] = codes[i]! < 0 || mask?.[codes[i]!] === 0 ? 0 : 1;
    return { values, present };
  }
}
