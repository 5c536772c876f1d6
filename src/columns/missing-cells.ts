import type { ColumnData } from "./table.js";

/** 1 for each cell that is there, neither NaN, null nor masked; undefined where the type and the mask say that all are. */
export function presentCells({ values, mask }: ColumnData): Uint8Array | undefined {
  if (mask) return mask;
  if (Array.isArray(values)) return Uint8Array.from(values, (text) => (text === null ? 0 : 1));
  if (values instanceof Float32Array) return presentFloat32(values);
  return values instanceof Float64Array ? presentFloat64(values) : undefined;
}

/** Whether the cell of a row is there; for a look at a few of them. */
export function presence({ values, mask }: ColumnData): (row: number) => boolean {
  if (mask) return (row) => mask[row] === 1;
  if (values instanceof Float32Array || values instanceof Float64Array) {
    return (row) => !Number.isNaN(values[row]!);
  }
  return Array.isArray(values) ? (row) => values[row] !== null : () => true;
}

/** How many cells are missing. */
export function countMissing({ values, mask }: ColumnData): number {
  let missing = 0;
  if (mask) for (const present of mask) missing += present === 0 ? 1 : 0;
  else if (Array.isArray(values)) for (const value of values) missing += value === null ? 1 : 0;
  else if (values instanceof Float32Array) missing = countNaN32(values);
  else if (values instanceof Float64Array) missing = countNaN64(values);
  return missing;
}

// One function a type: V8 keeps each loop specialised to the one array type it has seen.
function presentFloat32(values: Float32Array): Uint8Array {
  const present = new Uint8Array(values.length);
  for (let i = 0; i < present.length; i++) present[i] = Number.isNaN(values[i]!) ? 0 : 1;
  return present;
}

function presentFloat64(values: Float64Array): Uint8Array {
  const present = new Uint8Array(values.length);
  for (let i = 0; i < present.length; i++) present[i] = Number.isNaN(values[i]!) ? 0 : 1;
  return present;
}

function countNaN32(values: Float32Array): number {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) missing++;
  return missing;
}

function countNaN64(values: Float64Array): number {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) missing++;
  return missing;
}
