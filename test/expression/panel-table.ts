import type { NumericColumn } from "#src/expression/table.js";
import type { Panel } from "#src/panel/panel.js";
import { type MemoryTable, tableOf } from "./memory-table.js";

/** A panel as the engine takes it; `only` leaves other columns out. */
export function tableOfPanel(panel: Panel, only: readonly string[] = panel.columnNames): MemoryTable {
  const { index } = panel;
  const columns = Object.fromEntries(only.map((name) => [name, panel.column(name).values as NumericColumn]));
  const offsets = Uint32Array.from({ length: index.sessionCount + 1 }, (_, s) => index.startOf(s));
  const keys = {
    sessionCount: index.sessionCount,
    instrumentCount: index.instruments.length,
    offsets,
    codes: index.codes,
  };
  return tableOf(keys, columns, index.instruments);
}

/** The rows of `keys` as a table with the cells of `source` where it has the row, NaN where it has not. */
export function filledTable(keys: Panel, source: Panel): MemoryTable {
  const { index } = keys;
  const rows = new Int32Array(index.rowCount);
  for (let s = 0; s < index.sessionCount; s++) {
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      rows[row] = source.rowOf(index.datetimes[s]!, index.instruments[index.codes[row]!]!);
    }
  }
  const table = tableOfPanel(keys, []);
  const columns = Object.fromEntries(
    source.columnNames.map((name) => {
      const cells = source.column(name).values as Float32Array;
      return [name, Float32Array.from(rows, (row) => (row < 0 ? Number.NaN : cells[row]!))];
    }),
  );
  return tableOf(table, columns, index.instruments);
}
