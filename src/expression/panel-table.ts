import { isNumeric, numbersAsFloats } from "../columns/floats.js";
import type { ColumnData, ColumnType } from "../columns/table.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import type { CellType } from "./plan.js";
import type { ExpressionTable, NumericColumn } from "./table.js";

/**
 * A panel as the engine takes it: `$close` is the column `$close` or `close`; strings and datetimes are no fields.
 * Of a column in a file only the rows are read that an evaluation needs, or all, once, with `whole`.
 */
export function tableOfPanel(panel: Panel, { whole = false } = {}): ExpressionTable {
  const { index } = panel;
  const known = new Map<string, NumericColumn>();
  return {
    sessionCount: index.sessionCount,
    instrumentCount: index.instruments.length,
    offsets: Uint32Array.from({ length: index.sessionCount + 1 }, (_, s) => index.startOf(s)),
    codes: index.codes,
    ...expressionNames(panel),
    column: (name, first, last) => {
      const column = panel.column(name);
      if (!whole && !column.loaded && 2 * (last - first) < column.length)
        return numericCells(column.read(first, last));
      const cells = known.get(name) ?? numericCells(column);
      known.set(name, cells);
      return cells.subarray(first, last);
    },
  };
}

/**
 * Some instruments of a panel, all rows of each, as the engine takes them: in the sessions of the whole panel, which
 * windows count, though none of these has a row in some.
 */
export function tableOfMembers(
  members: Panel,
  whole: PanelIndex,
  reading: { readonly whole?: boolean } = {},
): ExpressionTable {
  const { index } = members;
  const offsets = new Uint32Array(whole.sessionCount + 1);
  for (let s = 0, own = 0; s < whole.sessionCount; s++) {
    if (index.datetimes[own] === whole.datetimes[s]) own++;
    offsets[s + 1] = index.startOf(own);
  }
  return { ...tableOfPanel(members, reading), sessionCount: whole.sessionCount, offsets };
}

/** What expressions on a panel may name; nothing is read for it. */
export function expressionNames(panel: Panel): Pick<ExpressionTable, "fields" | "instruments"> {
  const names = panel.columnNames.filter((name) => isNumeric(panel.column(name).type));
  const fields = new Map(names.map((name) => [name, cellType(panel.column(name).type)]));
  return { fields, instruments: panel.index.instruments };
}

function cellType(type: ColumnType): CellType {
  if (type === "bool") return "condition";
  return type === "float32" ? "single" : "double";
}

/** The cells as the engine reads them: 64-bit integers as float64, masked cells as NaN. */
export function numericCells({ values, mask }: ColumnData): NumericColumn {
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return mask || wide ? numbersAsFloats({ values, mask }) : (values as NumericColumn);
}
