import type { PanelKeys } from "#src/expression/layout.js";
import type { CellType } from "#src/expression/plan.js";
import type { ExpressionTable, NumericColumn } from "#src/expression/table.js";

/** A table over arrays in memory. */
export function tableOf(
  keys: PanelKeys,
  columns: Readonly<Record<string, NumericColumn>>,
  instruments?: readonly string[],
): ExpressionTable {
  const type = (column: NumericColumn): CellType => (column instanceof Float32Array ? "single" : "double");
  return {
    ...keys,
    fields: new Map(Object.entries(columns).map(([name, column]) => [name, type(column)])),
    column: (field, first, last) => columns[field]!.subarray(first, last),
    ...(instruments && { instruments }),
  };
}
