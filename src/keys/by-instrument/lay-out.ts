import { Column } from "../../columns/column.js";
import { gatherMask, gatherValues } from "../../columns/gather.js";
import type { ColumnValues } from "../../columns/table.js";
import { uninitializedArray } from "../../columns/uninitialized.js";
import type { InstrumentGroup } from "./instrument-groups.js";

/** A column's cells of a group of instruments, one instrument after another. */
export function layOut({ type, values, mask }: Column, group: InstrumentGroup): Column {
  return Column.of(type, layOutCells(values, group), mask && gatherMask(mask, group.rows));
}

// The cells are read in their order: read in that of their places, each would be in a memory page of its own, and take
// twice as long. Other types are read so all the same: factors seldom have them.
function layOutCells(cells: ColumnValues, group: InstrumentGroup): ColumnValues {
  if (cells instanceof Float32Array) return layOutFloat32(cells, group);
  return cells instanceof Float64Array ? layOutFloat64(cells, group) : gatherValues(cells, group.rows);
}

// A loop for each type, since one that has seen one array type stays specialised to it.
function layOutFloat32(cells: Float32Array, { ascending, places }: InstrumentGroup): Float32Array {
  const out = uninitializedArray(Float32Array, places.length);
  for (let i = 0; i < places.length; i++) out[places[i]!] = cells[ascending[i]!]!;
  return out;
}

function layOutFloat64(cells: Float64Array, { ascending, places }: InstrumentGroup): Float64Array {
  const out = uninitializedArray(Float64Array, places.length);
  for (let i = 0; i < places.length; i++) out[places[i]!] = cells[ascending[i]!]!;
  return out;
}
