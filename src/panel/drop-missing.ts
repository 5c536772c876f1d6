import type { ColumnData } from "../columns/table.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { keepRows, markedRows } from "./keep-rows.js";
import type { Panel } from "./panel.js";

export interface DropMissingOptions {
  /** Whether a row is dropped if any of its cells is missing (the default), or only if all of them are. */
  readonly how?: "any" | "all" | undefined;
}

const DROP_KEYS: RequestKeys<DropMissingOptions> = { how: true };

/** @see Panel.dropMissing @throws DataServiceError unknown-field, bad-request */
export function dropMissing(
  panel: Panel,
  names: readonly string[] | undefined,
  options: DropMissingOptions = {},
): Panel {
  checkKeys(options, DROP_KEYS, "dropMissing");
  const { how = "any" } = options;
  checkChoice(how, ["any", "all"], "dropMissing: how");
  const looked = names === undefined ? panel : panel.select(names);
  const kept = new Uint8Array(panel.rowCount).fill(how === "any" ? 1 : 0);
  for (const name of looked.columnNames) {
    const column = looked.column(name);
    const present = presentCells({ values: column.values, mask: column.mask });
    if (how === "all") markPresent(kept, present);
    else if (present) unmarkMissing(kept, present);
  }
  return keepRows(panel, markedRows(kept));
}

function unmarkMissing(kept: Uint8Array, present: Uint8Array): void {
  for (let row = 0; row < kept.length; row++) kept[row]! &= present[row]!;
}

function markPresent(kept: Uint8Array, present: Uint8Array | undefined): void {
  if (!present) kept.fill(1);
  else for (let row = 0; row < kept.length; row++) kept[row]! |= present[row]!;
}

/** 1 for each cell that is neither NaN, null nor masked; undefined where none can be missing. */
function presentCells({ values, mask }: ColumnData): Uint8Array | undefined {
  if (mask) return mask;
  if (Array.isArray(values)) return Uint8Array.from(values, (text) => (text === null ? 0 : 1));
  if (values instanceof Float32Array) return presentFloat32(values);
  return values instanceof Float64Array ? presentFloat64(values) : undefined;
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
