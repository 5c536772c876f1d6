import { Column } from "../columns/column.js";
import { columnOfValues } from "../columns/infer-column.js";
import { DataServiceError } from "../errors.js";
import { dateOfNs } from "../time.js";
import { nsOfCells } from "./row-keys.js";

/** A cell of a table of plain JavaScript values; missing is null. */
export type PlainCell = number | bigint | boolean | string | Date | null;

/**
 * A column's cells as plain values: booleans, strings, Dates (cut to milliseconds), numbers, bigints for 64-bit
 * integers; null where missing, and NaN in floats.
 */
export function plainCells(column: Column): PlainCell[] {
  const cells = new Array<PlainCell>(column.length);
  const { type, values, mask } = column;
  for (let row = 0; row < cells.length; row++) {
    const value = values[row]!;
    if (mask && mask[row] === 0) cells[row] = null;
    else if (type === "bool") cells[row] = value === 1;
    else if (type === "datetime") cells[row] = dateOfNs(value as bigint);
    else cells[row] = value;
  }
  return cells;
}

/** A Column of plain cells of `what`, by the type of those that are there: the reverse of `plainCells`. */
export function columnOfCells(name: string, cells: readonly unknown[], what: string): Column {
  const isMissing = (cell: unknown) => cell === null || cell === undefined;
  const first = cells.find((cell) => !isMissing(cell));
  if (!(first instanceof Date) && typeof first !== "bigint") {
    return columnOfValues(name, cells as (number | boolean | string | null)[]);
  }
  const kind = first instanceof Date ? "datetime" : "int64";
  const alike = (cell: unknown) => (kind === "datetime" ? cell instanceof Date : typeof cell === "bigint");
  const mask = Uint8Array.from(cells, (cell) => (isMissing(cell) ? 0 : 1));
  if (!cells.every((cell) => isMissing(cell) || alike(cell))) {
    throw new DataServiceError("bad-request", `column "${name}" mixes ${kind} with other cells`, {
      field: name,
    });
  }
  const filled = cells.map((cell) => (isMissing(cell) ? 0n : cell));
  const values =
    kind === "datetime" ? nsOfCells(filled, name, what) : int64Cells(filled as bigint[], name, what);
  return Column.of(kind, values, mask.includes(0) ? mask : undefined);
}

function int64Cells(cells: readonly bigint[], name: string, what: string): BigInt64Array {
  const values = BigInt64Array.from(cells);
  const wrapped = cells.findIndex((cell, row) => cell !== values[row]);
  if (wrapped < 0) return values;
  throw new DataServiceError(
    "bad-request",
    `${what}: row ${wrapped} of "${name}" is ${cells[wrapped]}, which 64 bits with a sign do not hold; give the column as a BigUint64Array or as numbers`,
    { field: name, position: wrapped },
  );
}
