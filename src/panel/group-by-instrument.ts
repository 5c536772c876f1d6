import type { Column, ContiguousCells } from "../columns/column.js";
import { rowsOf } from "../keys/by-instrument/instrument-blocks.js";
import { KeptBlocks } from "../keys/by-instrument/kept-blocks.js";
import { indexOfOne } from "../keys/find/index-of-one.js";
import type { RowSelection } from "../keys/find/row-selection.js";
import type { Panel } from "./panel.js";

/** @see Panel.groupByInstrument */
export function* groupByInstrument(panel: Panel): Generator<[instrument: string, history: Panel]> {
  const { index } = panel;
  const blocks = KeptBlocks.of(index);
  for (const layout of blocks.all()) {
    const { block } = layout;
    const cells = new Map<Column, Column>(); // laid out when the first of a column's histories is read
    const cellsOf = (column: Column): Column => {
      const laid = cells.get(column) ?? blocks.cellsOf(column, layout);
      cells.set(column, laid);
      return laid;
    };
    for (let code = block.first; code < block.last; code++) {
      const rows = rowsOf(block, code);
      if (rows.length === 0) continue;
      const start = block.starts[code - block.first]!;
      const besides: ContiguousCells = {
        read: (column, first, last) => cellsOf(column).read(start + first, start + last),
      };
      const picked: RowSelection = { rows, index: indexOfOne(index, code, rows), cells: besides };
      yield [
        index.instruments[code]!,
        panel.take({ rows: { kind: "gathered", ...picked }, unknownInstruments: [] }),
      ];
    }
  }
}
