import type { FileTable, RowKeys } from "../formats/table.js";
import { buildIndex } from "./build-index.js";
import { SLAB_ROWS } from "./checked-codes.js";
import { Column } from "./column.js";
import { changes } from "./neighbours.js";
import { Panel } from "./panel.js";

/** The Panel of a format's table, its rows sorted, those outside [startNs, endNs] left out. */
export function panelFromTable(table: FileTable, startNs?: bigint, endNs?: bigint): Panel {
  const { label, groups } = table;
  const run = rowsBetween(table.keys, startNs, endNs);
  const [first, last] = run ?? [0, table.keys.rowCount];
  const keys = run ? keysOf(table.keys, first, last) : table.keys;
  const { index, order } = buildIndex(keys, label, "on-demand");
  const columns = new Map<string, Column>();
  for (const [name, source] of table.columns) {
    const column = Column.from(source).slice(first, last);
    columns.set(name, order ? column.reorder(order) : column);
  }
  const panel = new Panel(index, columns, { source: label, groups });
  return run || (startNs === undefined && endNs === undefined)
    ? panel
    : panel.window({ start: startNs, end: endNs });
}

/**
 * The run of file rows with startNs <= datetime <= endNs where the file is sorted by datetime, so that nothing
 * but the datetime codes of the other rows need be read; undefined where it is not sorted or all is asked for.
 */
function rowsBetween(keys: RowKeys, startNs?: bigint, endNs?: bigint): [number, number] | undefined {
  if (startNs === undefined && endNs === undefined) return undefined;
  const side = Int8Array.from(keys.datetimes, (ns) => {
    if (startNs !== undefined && ns < startNs) return -1;
    return endNs !== undefined && ns > endNs ? 1 : 0;
  });
  let [first, last, before] = [0, 0, -1];
  for (let from = 0; from < keys.rowCount; from += SLAB_ROWS) {
    const codes = keys.readDatetimeCodes(from, Math.min(from + SLAB_ROWS, keys.rowCount));
    const starts = changes(codes);
    for (let run = 0, row = 0; row < codes.length; run++) {
      const where = side[codes[row]!];
      if (where === undefined || where < before) return undefined; // a bad code is the index builder's to report
      const end = run < starts.length ? starts[run]! : codes.length;
      if (where < 0) first += end - row;
      if (where <= 0) last += end - row;
      [before, row] = [where, end];
    }
  }
  return [first, last];
}

function keysOf(keys: RowKeys, first: number, last: number): RowKeys {
  return {
    rowCount: last - first,
    datetimes: keys.datetimes,
    instruments: keys.instruments,
    readDatetimeCodes: (a, b) => keys.readDatetimeCodes(first + a, first + b),
    readInstrumentCodes: (a, b) => keys.readInstrumentCodes(first + a, first + b),
    timezone: keys.timezone,
  };
}
