import type { Column } from "../../columns/column.js";
import type { ColumnData } from "../../columns/table.js";
import type { PanelIndex } from "../panel-index.js";

/** Rows of a panel in ascending order, and the index they make. */
export interface PickedRows {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
  readonly laid?: LaidRows | undefined;
}

/** Picked rows whose cells may lie side by side in a second order of the panel's columns. */
export interface LaidRows {
  /** The cells of the picked rows [first, last) of a column, sharing memory, where they lie so. */
  read(column: Column, first: number, last: number): ColumnData | undefined;
}
