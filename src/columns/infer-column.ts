import { DataServiceError } from "../errors.js";
import { Column } from "./column.js";
import type { ColumnType, ColumnValues, NumericArray } from "./table.js";

const TYPE_OF_ARRAY: ReadonlyMap<unknown, ColumnType> = new Map<unknown, ColumnType>([
  [Float32Array, "float32"],
  [Float64Array, "float64"],
  [Int8Array, "int8"],
  [Int16Array, "int16"],
  [Int32Array, "int32"],
  [BigInt64Array, "int64"],
  [Uint8Array, "uint8"],
  [Uint16Array, "uint16"],
  [Uint32Array, "uint32"],
  [BigUint64Array, "uint64"],
]);

/** What callers may pass as a column. */
export type ColumnInput = Column | ColumnValues | readonly (number | boolean | string | null | undefined)[];

/**
 * A Column of what a caller gives: a Column or typed array is shared; plain arrays of numbers become float64
 * (null is NaN), of booleans bool, of strings string (null is missing).
 * @throws DataServiceError bad-request where an array mixes types
 */
export function columnOfValues(name: string, values: ColumnInput): Column {
  if (values instanceof Column) return values;
  if (ArrayBuffer.isView(values)) {
    const type = TYPE_OF_ARRAY.get(values.constructor);
    if (type) return Column.of(type, values as NumericArray);
  } else if (Array.isArray(values)) {
    const cells: readonly unknown[] = values;
    const all = (kind: string) =>
      cells.every((cell) => cell === null || cell === undefined || typeof cell === kind);
    if (all("number"))
      return Column.of(
        "float64",
        Float64Array.from(cells as number[], (v) => v ?? Number.NaN),
      );
    if (all("string"))
      return Column.of(
        "string",
        Array.from(cells as string[], (v) => v ?? null),
      );
    if (all("boolean")) return boolColumn(cells as boolean[]);
  }
  throw new DataServiceError(
    "bad-request",
    `column "${name}": give a Column, a typed array, or an array of only numbers, only booleans or only strings`,
    { field: name },
  );
}

function boolColumn(values: readonly (boolean | null | undefined)[]): Column {
  const cells = Uint8Array.from(values, (value) => (value ? 1 : 0));
  const present = Uint8Array.from(values, (value) => (value === null || value === undefined ? 0 : 1));
  return Column.of("bool", cells, present.includes(0) ? present : undefined);
}
