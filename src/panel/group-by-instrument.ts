import type { Column, ContiguousCells } from "../columns/column.js";
import { ByInstrument } from "../keys/by-instrument/by-instrument.js";
import { instrumentGroups, rowsOf } from "../keys/by-instrument/instrument-groups.js";
import { layOut } from "../keys/by-instrument/lay-out.js";
import { historyRows } from "../keys/find/history-rows.js";
import { indexOfOne } from "../keys/find/index-of-one.js";
import type { RowSelection } from "../keys/find/row-selection.js";
import type { Panel } from "./panel.js";

/** @see Panel.groupByInstrument */
export function* groupByInstrument(panel: Panel): Generator<[instrument: string, history: Panel]> {
  for (const selection of histories(panel)) {
    const rows = { kind: "gathered", ...selection } as const;
    yield [selection.index.instruments[0]!, panel.take({ rows, unknownInstruments: [] })];
  }
}

/** The rows of each instrument that has any; where the panel has no order by instrument, it is made a group at a time. */
function* histories({ index }: Panel): Generator<RowSelection> {
  if (ByInstrument.of(index)) {
    const whole = { first: 0, last: index.sessionCount, bars: index.sessionCount, fromLast: false };
    for (let code = 0; code < index.instruments.length; code++) {
      const selection = historyRows(index, code, whole);
      if (selection.rows.length > 0) yield selection;
    }
    return;
  }
  for (const group of instrumentGroups(index)) {
    const laid = new Map<Column, Column>(); // laid out when the first of a column's histories is read
    const cellsOf = (column: Column): Column => {
      const cells = laid.get(column) ?? layOut(column, group);
      laid.set(column, cells);
      return cells;
    };
    for (let code = group.first; code < group.last; code++) {
      const rows = rowsOf(group, code);
      if (rows.length === 0) continue;
      const start = group.starts[code - group.first]!;
      const cells: ContiguousCells = {
        read: (column, first, last) => cellsOf(column).read(start + first, start + last),
      };
      yield { rows, index: indexOfOne(index, code, rows), cells };
    }
  }
}
