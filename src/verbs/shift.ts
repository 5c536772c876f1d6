import { RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { Column } from "../columns/column.js";
import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import { aheadNote } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";
import { earlierRows } from "./earlier-rows.js";

/** @see Panel.shift @throws DataServiceError bad-request, unknown-field */
export function shift(panel: Panel, n: number, columns?: readonly string[]): Panel {
  checkRows(n, "shift");
  const chosen = columns === undefined ? panel : panel.select(columns);
  const alignment = RowAlignment.of(earlierRows(panel.index, n));
  const moved = Array.from(
    chosen.columns,
    ([name, column]) => [name, alignColumn(column, alignment)] as const,
  );
  return withNoteAhead(chosen.with({ columns: new Map(moved) }), n);
}

/** @see Panel.diff @throws DataServiceError bad-request, unknown-field */
export function diff(panel: Panel, n = 1, columns?: readonly string[]): Panel {
  return change(panel, n, columns, "diff", (now, before, round) => round(now - before));
}

/** @see Panel.pctChange @throws DataServiceError bad-request, unknown-field */
export function pctChange(panel: Panel, n = 1, columns?: readonly string[]): Panel {
  // pandas rounds the quotient of two float32 before it takes one away.
  return change(panel, n, columns, "pctChange", (now, before, round) => round(now / before) - 1);
}

/** Of two cells; `round` rounds to the type of the column. */
type ChangeOf = (now: number, before: number, round: (figure: number) => number) => number;

function change(
  panel: Panel,
  n: number,
  columns: readonly string[] | undefined,
  call: string,
  of: ChangeOf,
): Panel {
  checkRows(n, call);
  const chosen = columns === undefined ? panel : panel.select(columns);
  const earlier = earlierRows(panel.index, n);
  const changed = Array.from(chosen.columns, ([name, column]) => {
    return [name, changeOf(name, column, earlier, call, of)] as const;
  });
  return withNoteAhead(chosen.with({ columns: new Map(changed) }), n);
}

/** A float32 column stays float32, of which a difference is the same in float64, rounded; all else is float64. */
function changeOf(name: string, column: Column, earlier: Int32Array, call: string, of: ChangeOf): Column {
  if (!isNumeric(column.type)) {
    const problem = `${call}: column "${name}" is ${column.type}, not a number; leave it out with the columns asked for`;
    throw new DataServiceError("bad-request", problem, { field: name });
  }
  const cells = column.floats();
  const is32 = cells instanceof Float32Array;
  const round = is32 ? Math.fround : (figure: number) => figure;
  const out = is32 ? new Float32Array(cells.length) : new Float64Array(cells.length);
  for (let row = 0; row < out.length; row++) {
    out[row] = earlier[row]! < 0 ? Number.NaN : of(cells[row]!, cells[earlier[row]!]!, round);
  }
  return Column.of(is32 ? "float32" : "float64", out);
}

/** A negative shift brings what is known only later. */
function withNoteAhead(panel: Panel, n: number): Panel {
  if (n >= 0) return panel;
  const notes = panel.columnNames.map((name) => aheadNote(name));
  return panel.with({ info: { ...panel.info, notes: [...(panel.info.notes ?? []), ...notes] } });
}

function checkRows(n: number, call: string): void {
  if (Number.isInteger(n)) return;
  throw new DataServiceError("bad-request", `${call}: ${String(n)} is not a whole number of rows`);
}
