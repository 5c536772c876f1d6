import type { ColumnData, ColumnSource, ColumnType } from "../formats/table.js";
import { Column } from "./column.js";
import { indexOfOne } from "./index-of-one.js";
import { blockOf, type InstrumentBlock, instrumentsPerBlock, laidOut, rowsOf } from "./instrument-blocks.js";
import { Panel } from "./panel.js";

/** @see Panel.groupByInstrument */
export function* groupByInstrument(panel: Panel): Generator<[instrument: string, history: Panel]> {
  const { index, info } = panel;
  const count = index.instruments.length;
  const perBlock = instrumentsPerBlock(index);
  for (let first = 0; first < count; first += perBlock) {
    const block = blockOf(index, first, Math.min(first + perBlock, count));
    const columns = panel.columnNames.map(
      (name) => [name, new LaidOutColumn(panel.column(name), block)] as const,
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

/** A column's cells of some instruments, one instrument after another, laid out when the first of them is asked for. */
class LaidOutColumn {
  readonly column: Column;
  readonly #block: InstrumentBlock;
  #cells: Column | undefined;

  constructor(column: Column, block: InstrumentBlock) {
    this.column = column;
    this.#block = block;
  }

  get cells(): Column {
    if (!this.#cells) {
      const { type, values, mask } = this.column;
      this.#cells = Column.of(type, laidOut(values, this.#block), mask && laidOut(mask, this.#block));
    }
    return this.#cells;
  }
}

/** One instrument's part of it. */
class HistorySource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;

  constructor(
    readonly all: LaidOutColumn,
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
