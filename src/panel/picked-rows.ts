import type { PanelIndex } from "./panel-index.js";

/** Rows of a panel in ascending order, and the index they make. */
export interface PickedRows {
  readonly rows: Uint32Array;
  readonly index: PanelIndex;
}
