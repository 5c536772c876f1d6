import { alignRows } from "../../align/align.js";
import { isNumeric } from "../../columns/floats.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import type { Panel } from "../../panel/panel.js";
import type { OutputShape } from "../factor-report.js";
import type { FactorCells, FactorRun } from "./factor-source.js";

/** A panel's numeric columns beside the rows of an index, as a run. @param seconds what computing it took */
export function layPanel(panel: Panel, index: PanelIndex, seconds: number): FactorRun {
  const alignment = alignRows(index, panel.index);
  const isSame = alignment.run === 0 && panel.rowCount === index.rowCount;
  const names = panel.columnNames.filter((name) => isNumeric(panel.column(name).type));
  const columns = new Map(
    names.map((name): [string, FactorCells] => {
      const cells = panel.column(name).floats();
      return [name, isSame ? cells : gather(cells, alignment.rows)];
    }),
  );
  const present = new Uint8Array(index.rowCount).fill(1);
  if (!isSame) for (let row = 0; row < present.length; row++) present[row] = alignment.rows[row]! < 0 ? 0 : 1;
  const output: OutputShape = {
    kind: "DataFrame",
    name: null,
    columns: panel.columnNames,
    types: panel.columnNames.map((name) => panel.column(name).type),
    levels: ["datetime", "instrument"],
    rows: panel.rowCount,
    missingRows: index.rowCount - alignment.matched,
    extraRows: panel.rowCount - alignment.matched,
    duplicateKeys: 0,
    sorted: true,
  };
  const report = {
    outcome: "values" as const,
    seconds,
    output,
    stdout: "",
    stderr: "",
    files: [],
    mutatesInput: false,
  };
  return { report, columns, present };
}

function gather(cells: FactorCells, rows: Int32Array): FactorCells {
  const out = new (cells.constructor as Float64ArrayConstructor)(rows.length);
  for (let row = 0; row < rows.length; row++) out[row] = rows[row]! < 0 ? Number.NaN : cells[rows[row]!]!;
  return out;
}
