import { DataServiceError } from "../../errors.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import type { RowKey } from "../../panel/panel-rows.js";
import { dateOfNs } from "../../time.js";

/** The key of a row of an index. @throws DataServiceError bad-request if there is no such row */
export function keyOf(index: PanelIndex, row: number): RowKey {
  if (Number.isInteger(row) && row >= 0 && row < index.rowCount) {
    const session = index.sessionOf(row);
    return {
      datetime: dateOfNs(index.datetimes[session]!),
      instrument: index.instruments[index.codes[row]!]!,
    };
  }
  const problem = `there is no row ${String(row)}; they are 0 to ${index.rowCount - 1}`;
  throw new DataServiceError("bad-request", problem, { position: row });
}
