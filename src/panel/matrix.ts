import { DataServiceError } from "../errors.js";
import type { Column } from "./column.js";
import type { PanelIndex } from "./panel-index.js";
import { placesOfUsed } from "./used-codes.js";

/** A dense matrix of one column: sessions × instruments, row-major, NaN where there is no row or no value. */
export interface Matrix {
  /** `values[session * instruments.length + instrument]`; float32 columns stay float32, others are float64. */
  readonly values: Float32Array | Float64Array;
  /** Epoch nanoseconds of the rows of the matrix. */
  readonly datetimes: BigInt64Array;
  /** The columns of the matrix; only instruments that have a row. */
  readonly instruments: readonly string[];
}

/** pandas' `unstack` of one column. @throws DataServiceError bad-request for strings and datetimes */
export function unstackColumn(index: PanelIndex, column: Column, name: string): Matrix {
  if (column.type === "string" || column.type === "datetime") {
    throw new DataServiceError(
      "bad-request",
      `unstack: column "${name}" is ${column.type}; a matrix holds numbers`,
      {
        field: name,
      },
    );
  }
  const { codes } = index;
  const used = index.usedCodes();
  const place = placesOfUsed(used);
  const instruments = index.instruments.filter((_, code) => used[code] === 1);
  const width = instruments.length;
  const cells = index.sessionCount * width;
  const { values, mask } = column;
  if (values instanceof Float32Array) {
    const out = new Float32Array(cells);
    for (let s = 0; s < index.sessionCount; s++) {
      out.fill(Number.NaN, s * width, (s + 1) * width); // a session at a time, while it is in the cache
      const end = index.startOf(s + 1);
      for (let row = index.startOf(s); row < end; row++) out[s * width + place[codes[row]!]!] = values[row]!;
    }
    return { values: out, datetimes: index.datetimes, instruments };
  }
  const out = new Float64Array(cells).fill(Number.NaN);
  for (let s = 0; s < index.sessionCount; s++) {
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      if (!mask || mask[row] === 1) out[s * width + place[codes[row]!]!] = Number(values[row]!);
    }
  }
  return { values: out, datetimes: index.datetimes, instruments };
}
