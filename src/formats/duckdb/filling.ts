import type { DuckDBVector } from "@duckdb/node-api";
import { DuckDBTypeId } from "@duckdb/node-api";
import { bytesOf, newCells, putCells, timeCells } from "../../columns/cells.js";
import {
  CELL_BYTES,
  type ColumnData,
  type ColumnType,
  type ColumnValues,
  type NumericArray,
} from "../../columns/table.js";
import { NAT_NS } from "../../time.js";
import { VECTOR_ROWS } from "./write.js";

/** Rows for which room is made before they have come; a count in a file is not to be trusted further. */
const TRUSTED_ROWS = 1 << 20;
/** The share of its memory that a column fills at least. */
const LEAST_USED = 0.75;

/** A column that grows as chunks come. */
export class Filling {
  #values: ColumnValues;
  #mask: Uint8Array | undefined;
  #count = 0;
  readonly #totalRows: number;

  /** @param totalRows how many rows will come, where that is known */
  constructor(
    readonly type: ColumnType,
    totalRows?: number,
  ) {
    this.#totalRows = totalRows ?? Number.POSITIVE_INFINITY;
    const room = totalRows === undefined ? VECTOR_ROWS : Math.min(totalRows, TRUSTED_ROWS);
    this.#values = type === "string" ? [] : newCells(type, room);
  }

  add(vector: DuckDBVector, count: number): void {
    const at = this.#count;
    this.#count += count;
    this.#makeRoom();
    if (Array.isArray(this.#values)) {
      for (let i = 0; i < count; i++) this.#values.push(vector.getItem(i) as string | null);
      return;
    }
    putCells(this.#values, at, cellsOf(vector, count));
    const validity = validityOf(vector);
    if (validity) this.#addMissing(validity, at, count);
  }

  finish(): ColumnData {
    if (Array.isArray(this.#values)) return { values: this.#values };
    const values = trimmed(this.#values, this.#count);
    if (this.type === "datetime") return timeCells(values as BigInt64Array);
    return this.#mask ? { values, mask: trimmed(this.#mask, this.#count) } : { values };
  }

  #makeRoom(): void {
    const values = this.#values;
    if (Array.isArray(values) || this.#count <= values.length) return;
    const room = Math.max(this.#count, Math.min(2 * values.length, this.#totalRows));
    this.#values = newCells(this.type, room);
    putCells(this.#values, 0, values);
    if (!this.#mask) return;
    const mask = new Uint8Array(room).fill(1);
    mask.set(this.#mask);
    this.#mask = mask;
  }

  #addMissing(validity: BigUint64Array, at: number, count: number): void {
    const bytes = new Uint8Array(validity.buffer, validity.byteOffset, validity.byteLength);
    const values = this.#values as NumericArray;
    const isFloat = values instanceof Float32Array || values instanceof Float64Array;
    for (let i = 0; i < count; i++) {
      if ((bytes[i >> 3]! >> (i & 7)) & 1) continue;
      if (isFloat) values[at + i] = Number.NaN;
      else {
        this.#mask ??= new Uint8Array(values.length).fill(1);
        this.#mask[at + i] = 0;
        // What DuckDB leaves in the place of a missing cell is memory that it never wrote.
        if (this.type === "datetime") (values as BigInt64Array)[at + i] = NAT_NS;
        else bytesOf(values).fill(0, (at + i) * CELL_BYTES[this.type], (at + i + 1) * CELL_BYTES[this.type]);
      }
    }
  }
}

/** The first `count` cells; copied where much of the memory would be kept for nothing. */
function trimmed<T extends NumericArray>(cells: T, count: number): T {
  const isSparse = count < LEAST_USED * cells.length;
  return (isSparse ? cells.slice(0, count) : cells.subarray(0, count)) as T;
}

function cellsOf(vector: DuckDBVector, count: number): ColumnValues {
  if (vector.type.typeId === DuckDBTypeId.BOOLEAN) {
    const { dataView } = vector as unknown as { dataView: DataView };
    return new Uint8Array(dataView.buffer, dataView.byteOffset, count);
  }
  return (vector as unknown as { items: Float64Array }).items.subarray(0, count);
}

/** One bit a row, in 64-bit words; null when all are there. */
function validityOf(vector: DuckDBVector): BigUint64Array | null {
  return (vector as unknown as { validity: { data: BigUint64Array | null } }).validity.data;
}
