import { arrayOf } from "../columns/cells.js";
import { Column } from "../columns/column.js";
import type { ColumnData, ColumnSource, ColumnType } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { namedEntries } from "../names/named-entries.js";
import type { Panel } from "../panel/panel.js";

/** The value that replaces a missing cell: a number or bigint, a boolean, or text. */
export type FillValue = number | bigint | boolean | string;

/** @see Panel.fillMissing @throws DataServiceError unknown-field, bad-request */
export function fillMissing(panel: Panel, fill: FillValue | Readonly<Record<string, FillValue>>): Panel {
  const columns = new Map(panel.columns);
  const put = (name: string, value: FillValue): void => {
    const column = panel.column(name);
    checkFit(name, column.type, value);
    columns.set(name, Column.from(new FilledColumn(column, value)));
  };
  if (typeof fill === "object" && fill !== null) {
    for (const [name, value] of namedEntries(fill, "fillMissing")) put(panel.fieldName(name), value);
  } else {
    const fitting = panel.columnNames.filter((name) => kindOf(panel.column(name).type) === kindOfValue(fill));
    if (fitting.length === 0) {
      const problem = `fillMissing: ${panel.label} has no column that ${textOf(fill)} fits; give a number, true, false or text, or { column: value }`;
      throw new DataServiceError("bad-request", problem, { found: panel.columnNames });
    }
    for (const name of fitting) put(name, fill);
  }
  return panel.with({ columns }); // a filled column is still what its notes say
}

/** A column in which `value` stands in for missing cells; filled as its rows are read. */
class FilledColumn implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;

  constructor(
    readonly column: Column,
    readonly value: FillValue,
  ) {
    this.type = column.type;
    this.length = column.length;
  }

  read(first: number, last: number): ColumnData {
    return filledCells(this.column.read(first, last), this.value);
  }

  gather(rows: Uint32Array): ColumnData {
    return filledCells(this.column.gather(rows), this.value);
  }
}

/** The cells without missing ones, which are shared where none is. */
function filledCells({ values, mask }: ColumnData, value: FillValue): ColumnData {
  if (Array.isArray(values)) return { values: values.map((text) => text ?? (value as string)) };
  if (values instanceof Float32Array) return { values: filledFloat32(values, Number(value)) };
  if (values instanceof Float64Array) return { values: filledFloat64(values, Number(value)) };
  if (!mask?.includes(0)) return { values };
  const out = values.slice();
  const wide = out instanceof BigInt64Array || out instanceof BigUint64Array;
  const cell = (wide ? BigInt(value) : Number(value)) as number;
  for (let row = 0; row < out.length; row++) if (mask[row] === 0) out[row] = cell;
  return { values: out };
}

// One function a type: V8 keeps each loop specialised to the one array type it has seen.
function filledFloat32(values: Float32Array, value: number): Float32Array {
  let out = values;
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row]!)) continue;
    if (out === values) out = values.slice();
    out[row] = value;
  }
  return out;
}

function filledFloat64(values: Float64Array, value: number): Float64Array {
  let out = values;
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row]!)) continue;
    if (out === values) out = values.slice();
    out[row] = value;
  }
  return out;
}

/** What values a column takes; a datetime takes none. */
function kindOf(type: ColumnType): "number" | "boolean" | "string" | undefined {
  if (type === "datetime") return undefined;
  return type === "string" ? "string" : type === "bool" ? "boolean" : "number";
}

function kindOfValue(value: unknown): ReturnType<typeof kindOf> | "none" {
  if (typeof value === "bigint") return "number";
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
    ? (typeof value as "number" | "boolean" | "string")
    : "none";
}

function checkFit(name: string, type: ColumnType, value: FillValue): void {
  if (kindOfValue(value) === kindOf(type) && holds(type, value)) return;
  const problem = `fillMissing: column "${name}" holds ${type} cells, among which ${textOf(value)} cannot be; give a value of that type`;
  throw new DataServiceError("bad-request", problem, { field: name });
}

/** Whether a value of the right kind is one of the type's: integers are whole, and not too large. */
function holds(type: ColumnType, value: FillValue): boolean {
  if (!/^u?int/.test(type)) return true;
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  const width = 8 * (arrayOf(type) as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
  const whole = BigInt(value);
  return (type.startsWith("u") ? BigInt.asUintN(width, whole) : BigInt.asIntN(width, whole)) === whole;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
