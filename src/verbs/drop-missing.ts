import { presentCells } from "../columns/missing-cells.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { keepRows, markedRows } from "./keep-rows.js";

/** Which rows `dropMissing` drops. */
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
