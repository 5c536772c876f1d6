import { alignRows, RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { uniteIndexes } from "../align/union-index.js";
import { appendColumn } from "../columns/appended-column.js";
import { DataServiceError } from "../errors.js";
import { notesUnder, type PanelNote } from "../panel/notes.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";

/**
 * The rows of several panels as one, sorted: pandas' `pd.concat(frames).sort_index()`. They have the same columns, by name
 * (with or without `$`) and type, and no row in common; instruments are spelled as the first panel spells them.
 * @throws DataServiceError bad-request (no panel, other columns), unknown-field, duplicate-keys
 * @example
 * const both = concatPanels([await openPanel("sz.h5"), await openPanel("sh.h5")]);
 */
export function concatPanels(panels: readonly Panel[]): Panel {
  onlyPanels(panels, "concatPanels");
  const [first, ...rest] = panels;
  if (first === undefined)
    throw new DataServiceError("bad-request", "concatPanels: there is no panel; give at least one");
  if (rest.length === 0) return first;
  for (const panel of rest) refuseMore(first, panel);
  const index = uniteIndexes([first.index, ...rest.map((panel) => panel.index)]);
  const rows = new Int32Array(index.rowCount).fill(-1);
  let start = 0;
  for (const panel of panels) {
    const own = alignRows(index, panel.index).rows;
    for (let row = 0; row < rows.length; row++) {
      if (own[row]! < 0) continue;
      if (rows[row]! >= 0) throw twice(panel, own[row]!);
      rows[row] = start + own[row]!;
    }
    start += panel.rowCount;
  }
  const alignment = RowAlignment.of(rows, rows.length);
  const notes: PanelNote[] = panels.flatMap((panel) => {
    return notesUnder(
      panel.info.notes ?? [],
      new Map(first.columnNames.map((name) => [name, panel.fieldName(name)])),
    );
  });
  const columns = Array.from(first.columns, ([name, column]) => {
    const parts = rest.map((panel) => likeColumn(first, panel, name));
    return [name, alignColumn(parts.reduce(appendColumn, column), alignment)] as const;
  });
  return first.with({ index, columns: new Map(columns), info: { ...first.info, notes } });
}

function likeColumn(first: Panel, panel: Panel, name: string) {
  const [own, column] = [first.columns.get(name)!, panel.column(name)];
  if (own.type === column.type) return column;
  const problem = `concatPanels: column "${name}" is ${own.type} in ${first.label} and ${column.type} in ${panel.label}; convert one of them`;
  throw new DataServiceError("bad-request", problem, { field: name, found: [own.type, column.type] });
}

function refuseMore(first: Panel, panel: Panel): void {
  const more = panel.columnNames.filter((name) => !first.hasField(name));
  if (more.length === 0) return;
  const problem = `concatPanels: ${panel.label} has columns that ${first.label} lacks: ${more.join(", ")}; select() the ones both have`;
  throw new DataServiceError("bad-request", problem, { field: more[0]!, found: more });
}

function twice(panel: Panel, row: number): DataServiceError {
  const { datetime, instrument } = panel.keyAt(row);
  const problem = `concatPanels: the row ${String(datetime)} ${instrument} of ${panel.label} stands in another panel too; leave it out of one`;
  return new DataServiceError("duplicate-keys", problem, { instrument, position: row });
}
