import type { ColumnData, ColumnSource, ColumnType } from "../formats/table.js";
import type { BlockLayout } from "./block-layout.js";
import { Column } from "./column.js";
import { indexOfOne } from "./index-of-one.js";
import { rowsOf } from "./instrument-blocks.js";
import { KeptBlocks } from "./kept-blocks.js";
import { Panel } from "./panel.js";

/** @see Panel.groupByInstrument */
export function* groupByInstrument(panel: Panel): Generator<[instrument: string, history: Panel]> {
  const { index, info } = panel;
  const blocks = KeptBlocks.of(index);
  for (const layout of blocks.all()) {
    const { block } = layout;
    const columns = panel.columnNames.map(
      (name) => [name, new BlockColumn(panel.column(name), layout, blocks)] as const,
    );
    for (let code = block.first; code < block.last; code++) {
      const [from, to] = [block.starts[code - block.first]!, block.starts[code - block.first + 1]!];
      if (from === to) continue;
      const own = columns.map(
        ([name, column]) => [name, Column.from(new HistorySource(column, from, to))] as const,
      );
      const history = indexOfOne(index, code, rowsOf(block, code));
      yield [index.instruments[code]!, new Panel(history, new Map(own), info)];
    }
  }
}

/** A column's cells of a block's instruments, laid out when the first of them is asked for. */
class BlockColumn {
  readonly column: Column;
  readonly #layout: BlockLayout;
  readonly #blocks: KeptBlocks;
  #cells: Column | undefined;

  constructor(column: Column, layout: BlockLayout, blocks: KeptBlocks) {
    this.column = column;
    this.#layout = layout;
    this.#blocks = blocks;
  }

  get cells(): Column {
    this.#cells ??= this.#blocks.cellsOf(this.column, this.#layout);
    return this.#cells;
  }
}

/** One instrument's part of it. */
class HistorySource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;

  constructor(
    readonly all: BlockColumn,
    readonly first: number,
    last: number,
  ) {
    this.type = all.column.type;
    this.length = last - first;
  }

  read(first: number, last: number): ColumnData {
    return this.all.cells.read(this.first + first, this.first + last);
  }

  gather(rows: Uint32Array): ColumnData {
    return this.all.cells.gather(rows.map((row) => this.first + row));
  }
}
