import { RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import type { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { presentCells } from "./aggregation.js";

/** What `forwardFill` fills, and how far. */
export interface ForwardFillOptions {
  /** The columns that are filled, as `select` names them; all when omitted. The others stay as they are. */
  readonly columns?: readonly string[] | undefined;
  /** How many missing cells in a row are filled at most; all when omitted. */
  readonly limit?: number | undefined;
}

const FORWARD_FILL_KEYS: RequestKeys<ForwardFillOptions> = { columns: true, limit: true };

/** @see Panel.forwardFill @throws DataServiceError bad-request, unknown-field */
export function forwardFill(panel: Panel, options: ForwardFillOptions = {}): Panel {
  checkKeys(options, FORWARD_FILL_KEYS, "forwardFill");
  const { limit = Number.POSITIVE_INFINITY } = options;
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isInteger(limit) && limit > 0)) {
    const problem = `forwardFill: limit ${String(limit)} is not a positive whole number of rows; leave it out for no limit`;
    throw new DataServiceError("bad-request", problem);
  }
  const names = options.columns ?? panel.columnNames;
  const filled = new Map(panel.columns);
  for (const name of names) {
    const own = panel.fieldName(name);
    filled.set(own, filledColumn(panel.index, panel.columns.get(own)!, limit));
  }
  return panel.with({ columns: filled });
}

/** Each missing cell becomes that of the instrument's last row that has one, no more than `limit` rows back. */
function filledColumn({ codes, instruments }: PanelIndex, column: Column, limit: number): Column {
  const present = presentCells(column);
  const lastRow = new Int32Array(instruments.length).fill(-1);
  const missing = new Float64Array(instruments.length);
  const rows = new Int32Array(codes.length);
  for (let row = 0; row < rows.length; row++) {
    const code = codes[row]!;
    if (present(row)) {
      lastRow[code] = row;
      missing[code] = 0;
    } else missing[code]!++;
    rows[row] = lastRow[code]! >= 0 && missing[code]! <= limit ? lastRow[code]! : row;
  }
  return alignColumn(column, RowAlignment.of(rows));
}
