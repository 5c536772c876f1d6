import type { Table } from "apache-arrow";
import { DataServiceError, IN_MEMORY } from "../errors.js";
import { arrowToTable } from "../formats/arrow/arrow.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { panelFromTable } from "./panel-from-table.js";

/** How `panelFromArrow` finds keys and columns. */
export interface FromArrowOptions {
  /** Only these columns, with or without `$`, in this order. */
  readonly columns?: readonly string[] | undefined;
  /** What errors and print-outs call the table. */
  readonly source?: string | undefined;
}

const FROM_ARROW_KEYS: RequestKeys<FromArrowOptions> = { columns: true, source: true };

/**
 * Makes a Panel from any Arrow table that has the two key columns: those of the pandas index in its metadata, or
 * columns named `datetime` (timestamp of any unit, or date) and `instrument` (text, or a dictionary of it). Rows may
 * come in any order. If they are sorted, columns share the table's buffers where Arrow's layout is the same as ours.
 * @throws DataServiceError flat-index, unsupported, unknown-field, duplicate-keys, missing-keys, bad-request (not a
 *   table)
 * @example
 * const panel = panelFromArrow(tableFromIPC(bytes));
 */
export function panelFromArrow(table: Table, options: FromArrowOptions = {}): Panel {
  checkKeys(options, FROM_ARROW_KEYS, "panelFromArrow");
  if (!Array.isArray((table as Partial<Table> | null | undefined)?.schema?.fields)) {
    throw new DataServiceError(
      "bad-request",
      "panelFromArrow: what was given is not an Arrow table; give one of apache-arrow, such as tableFromIPC(bytes)",
    );
  }
  const { columns, source } = options;
  return panelFromTable(arrowToTable(table, source ?? IN_MEMORY.arrowTable, { columns }));
}
