import { createRequire } from "node:module";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { ColumnData } from "../../columns/table.js";

/** A column of a DuckDB chunk, as its bindings hand it out. */
export type RawVector = { readonly __duckdb_type: "duckdb_vector" };

/** The part of DuckDB's bindings that moves whole columns. Byte counts are of the vector's own type. */
interface Bindings {
  data_chunk_get_vector(chunk: unknown, column: number): RawVector;
  vector_get_data(vector: RawVector, byteCount: number): Uint8Array;
  vector_get_validity(vector: RawVector, byteCount: number): Uint8Array | null;
  vector_ensure_validity_writable(vector: RawVector): void;
  copy_data_to_vector: Copy;
  copy_data_to_vector_validity: Copy;
}

type Copy = (vector: RawVector, at: number, from: ArrayBufferLike, first: number, count: number) => void;

let loaded: Bindings | undefined;

/** The very bindings that @duckdb/node-api uses, whose chunks these functions take. */
function bindings(): Bindings {
  if (!loaded) {
    const api = createRequire(import.meta.url).resolve("@duckdb/node-api");
    loaded = createRequire(api)("@duckdb/node-bindings") as Bindings;
  }
  return loaded;
}

/**
 * A column of a chunk. `chunk.getColumnVector` reads all names of an ENUM type for every chunk; this does not.
 */
export function rawVector(chunk: DuckDBDataChunk, column: number): RawVector {
  return bindings().data_chunk_get_vector(chunk.chunk, column);
}

/** Rows [at, at + count) of some cells into a column of a chunk. */
export function fillColumn(
  chunk: DuckDBDataChunk,
  column: number,
  { values, mask }: ColumnData,
  at: number,
  count: number,
): void {
  if (Array.isArray(values)) {
    const vector = chunk.getColumnVector(column);
    for (let i = 0; i < count; i++) vector.setItem(i, values[at + i]!);
    vector.flush();
    return;
  }
  const vector = rawVector(chunk, column);
  // The bindings take no shared memory, in which the results of several threads lie; a slice is a copy outside it.
  const shared = values.buffer instanceof SharedArrayBuffer;
  writeCells(vector, shared ? values.slice(at, at + count) : values.subarray(at, at + count));
  const present = mask?.subarray(at, at + count);
  if (present?.includes(0)) writeNulls(vector, present);
}

/** Puts cells, laid out as DuckDB lays them out, at the beginning of a vector. */
function writeCells(vector: RawVector, cells: ArrayBufferView): void {
  bindings().copy_data_to_vector(vector, 0, cells.buffer, cells.byteOffset, cells.byteLength);
}

/** Marks cells as NULL where `present` (one byte a row) is 0. */
function writeNulls(vector: RawVector, present: Uint8Array): void {
  const bits = new Uint8Array(((present.length + 63) >> 6) << 3);
  for (let i = 0; i < present.length; i++) bits[i >> 3]! |= (present[i] === 0 ? 0 : 1) << (i & 7);
  bindings().vector_ensure_validity_writable(vector);
  bindings().copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}

/** The first `byteCount` bytes of a vector's cells. */
export function readCells(vector: RawVector, byteCount: number): Uint8Array {
  return bindings().vector_get_data(vector, byteCount);
}

/** One bit a row, 1 where it is not NULL; undefined when all are there. */
export function readValidity(vector: RawVector, rows: number): Uint8Array | undefined {
  return bindings().vector_get_validity(vector, ((rows + 63) >> 6) << 3) ?? undefined;
}
