import type { ColumnData, ColumnSource } from "../../columns/table.js";

/** A column without any cell, which is float64: numbers are what every format holds. */
export class MissingColumn implements ColumnSource {
  readonly type = "float64";

  constructor(readonly length: number) {}

  read(first: number, last: number): ColumnData {
    return { values: new Float64Array(last - first).fill(Number.NaN) };
  }

  gather(rows: Uint32Array): ColumnData {
    return this.read(0, rows.length);
  }
}
