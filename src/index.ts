// In the order of the data's way: a file becomes a Panel, Panels become Panels, a Panel becomes something else.
export { DataServiceError, type ErrorCode, type ErrorDetails } from "./errors.js";
export type { ColumnType, ColumnValues, Progress } from "./formats/table.js";
export { type Cell, Column } from "./panel/column.js";
export { describePanel, type PanelDescription } from "./panel/describe.js";
export { getHistoryWindow } from "./panel/history-window.js";
export type { Matrix } from "./panel/matrix.js";
export { type OpenOptions, openPanel } from "./panel/open-panel.js";
export { Panel, type PanelInfo, type PanelRow, type PanelWindowRequest, type RowKey } from "./panel/panel.js";
export { type FromArrowOptions, panelFromArrow } from "./panel/panel-from-arrow.js";
export { type ColumnsInput, panelFromColumns } from "./panel/panel-from-columns.js";
export type { PanelIndex } from "./panel/panel-index.js";
export { type WriteQlibOptions, writeQlibBin } from "./panel/write-qlib.js";
export type { TimeInput } from "./time.js";
