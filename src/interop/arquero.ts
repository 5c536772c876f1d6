import type { Column } from "../columns/column.js";
import type { ColumnInput } from "../columns/infer-column.js";
import { refuseKeyNames } from "../names/key-names.js";
import { setOwn } from "../names/set-own.js";
import { panelFromColumns } from "../open/panel-from-columns.js";
import type { Panel } from "../panel/panel.js";
import { dateOfNs } from "../time.js";
import { columnOfCells, plainCells } from "./cells.js";
import {
  DATETIME,
  INSTRUMENT,
  instrumentCells,
  instrumentNames,
  nsOfCells,
  perSession,
  requireKeys,
} from "./row-keys.js";

/** What errors call it. */
const WHAT = "this Arquero table";

/** The part of the module `arquero` that is used. */
export interface ArqueroModule<T> {
  /** Makes a table of columns. */
  table(columns: Record<string, unknown>): T;
}

/** The part of an Arquero table that is used. */
export interface ArqueroTable {
  /** The names of the columns, in order. */
  columnNames(): string[];
  /** The cells of the rows that are not filtered out, in the table's order. */
  array(name: string): ArrayLike<unknown>;
  /** A column, or undefined. */
  column(name: string): unknown;
  /** Whether some rows are filtered out. */
  isFiltered(): boolean;
  /** Whether the rows have an order of their own. */
  isOrdered(): boolean;
}

/**
 * The panel as an Arquero table, with `datetime` (Dates whose UTC fields show the wall clock, cut to milliseconds) and
 * `instrument` first. Numeric columns without missing integers are shared, not copied; missing cells of other types are
 * null.
 * @param aq the module: `import * as aq from "arquero"`
 */
export function toArquero<T>(panel: Panel, aq: ArqueroModule<T>): T {
  refuseKeyNames(panel.columnNames, "toArquero");
  const columns: Record<string, unknown> = {
    [DATETIME]: perSession(panel.index, dateOfNs),
    [INSTRUMENT]: instrumentCells(panel.index),
  };
  for (const name of panel.columnNames) columns[name] = arqueroCells(panel.column(name));
  return aq.table(columns);
}

function arqueroCells(column: Column): unknown {
  const { type, values, mask } = column;
  return mask || type === "bool" || type === "datetime" ? plainCells(column) : values;
}

/**
 * Makes a Panel from an Arquero table with columns `datetime` and `instrument`; rows that it filters out are left out.
 * Typed arrays keep their type, and are shared if the table is neither filtered nor ordered; arrays of numbers become
 * float64, of Dates datetime, of bigints int64.
 * @throws DataServiceError flat-index, missing-keys, duplicate-keys, bad-request
 */
export function fromArquero(table: ArqueroTable): Panel {
  const names = table.columnNames();
  requireKeys(names, WHAT);
  const columns: Record<string, ColumnInput> = {};
  for (const name of names) {
    if (name !== DATETIME && name !== INSTRUMENT) setOwn(columns, name, columnFrom(table, name));
  }
  return panelFromColumns({
    datetime: nsOfCells(Array.from(table.array(DATETIME)), DATETIME, WHAT),
    instrument: instrumentNames(Array.from(table.array(INSTRUMENT)), WHAT),
    columns,
  });
}

function columnFrom(table: ArqueroTable, name: string): ColumnInput {
  const whole = table.column(name);
  if (!ArrayBuffer.isView(whole) || whole instanceof DataView) {
    return columnOfCells(name, Array.from(table.array(name)), WHAT);
  }
  if (!table.isFiltered() && !table.isOrdered()) return whole as Float64Array;
  const Same = whole.constructor as unknown as { from(cells: ArrayLike<unknown>): Float64Array };
  return Same.from(table.array(name));
}
