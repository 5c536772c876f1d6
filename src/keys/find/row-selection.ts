import type { ContiguousCells } from "../../columns/column.js";
import type { PanelIndex } from "../panel-index.js";

/** Rows of a panel in ascending order, and the index they make. */
export interface RowSelection {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
  readonly cells?: ContiguousCells | undefined;
}
