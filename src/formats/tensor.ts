import { cellsOfBytes } from "../columns/cells.js";
import { CELL_BYTES, type ColumnType, type NumericArray } from "../columns/table.js";

/** The types of numbers that a tensor file holds; `bool` is one byte a number, 0 or 1. */
export type TensorType = Exclude<ColumnType, "string" | "datetime">;

/** Numbers in row-major order. */
export interface Tensor {
  readonly type: TensorType;
  /** The length of each axis; none for a single number. */
  readonly shape: readonly number[];
  readonly values: NumericArray;
}

/** How many numbers a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes of a tensor in a file. */
export function tensorBytes(type: TensorType, shape: readonly number[]): number {
  return CELL_BYTES[type] * sizeOf(shape);
}

/** The numbers that lie in `bytes`, little-endian. */
export function tensorOf(type: TensorType, shape: readonly number[], bytes: Uint8Array): Tensor {
  return { type, shape, values: cellsOfBytes(type, bytes, sizeOf(shape)) };
}
