import { DataServiceError } from "../errors.js";
import { indexOfRows } from "../keys/index-of-rows.js";
import type { Panel } from "../panel/panel.js";

/** Which rows to keep: one entry per row, 0 or false to leave it out, or a function that decides for each row. */
export type RowMask = Uint8Array | readonly boolean[] | ((row: number) => boolean);

/** @see Panel.filter @throws DataServiceError bad-request */
export function filterPanel(panel: Panel, mask: RowMask): Panel {
  return keepRows(panel, rowsOf(mask, panel));
}

/** Some rows of a panel, ascending; they share its memory where they are one run. */
export function keepRows(panel: Panel, rows: Uint32Array): Panel {
  const count = rows.length;
  if (count === panel.rowCount) return panel;
  const first = rows[0] ?? 0;
  const index = indexOfRows(panel.index, rows);
  if (count > 0 && rows[count - 1] !== first + count - 1) {
    return panel.take({ rows: { kind: "gathered", rows, index }, unknownInstruments: [] });
  }
  const columns = panel.columnNames.map(
    (name) => [name, panel.column(name).slice(first, first + count)] as const,
  );
  return panel.with({ index, columns: new Map(columns) });
}

/** The numbers of the rows whose entry in `mask` is not 0. */
export function markedRows(mask: ArrayLike<number | boolean>): Uint32Array {
  const rows = new Uint32Array(mask.length);
  let count = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row]) rows[count++] = row;
  return count * 2 < rows.length ? rows.slice(0, count) : rows.subarray(0, count);
}

function rowsOf(mask: RowMask, { rowCount, label }: Panel): Uint32Array {
  if (typeof mask === "function") {
    const kept = new Uint8Array(rowCount);
    for (let row = 0; row < rowCount; row++) kept[row] = mask(row) ? 1 : 0;
    return markedRows(kept);
  }
  if (!(mask instanceof Uint8Array || Array.isArray(mask))) {
    const problem =
      "filter: give a Uint8Array or booleans with one entry a row, or a function of the row number";
    throw new DataServiceError("bad-request", problem);
  }
  if (mask.length !== rowCount) {
    const problem = `filter: a mask of ${mask.length} entries for the ${rowCount} rows of ${label}; give one a row`;
    throw new DataServiceError("bad-request", problem, { count: mask.length });
  }
  return markedRows(mask);
}
