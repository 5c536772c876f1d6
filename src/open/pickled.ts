import type { ColumnSource } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { columnsToArrow } from "../formats/arrow/arrow.js";
import { columnsOf, frameOf, indexColumns, keyedTable } from "../formats/pickle/open.js";
import { plainData } from "../formats/pickle/plain-data.js";
import { readPickleFile } from "../formats/pickle/read-file.js";
import type { Pickled } from "./open-pickle.js";
import { panelFromTable } from "./panel-from-table.js";

/** What a pickle holds. @see openPickle */
export function readPickled(path: string): Pickled {
  const value = readPickleFile(path);
  const frame = frameOf(value, path);
  if (!frame) {
    const data = plainData(value);
    if (data !== undefined) return { kind: "data", data };
    throw new DataServiceError(
      "unsupported",
      `${path}: the pickle holds objects that have no plain form; in Python, write a frame with to_parquet`,
      { path },
    );
  }
  const table = keyedTable(frame, path);
  if (table) return { kind: "panel", panel: panelFromTable(table) };
  const columns = new Map<string, ColumnSource>([
    ...indexColumns(frame.index),
    ...columnsOf(frame, path).columns,
  ]);
  return { kind: "table", columns, toArrow: () => columnsToArrow(columns, frame.index.length) };
}
