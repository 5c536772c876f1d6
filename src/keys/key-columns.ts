import { Column } from "../columns/column.js";
import { gatherValues } from "../columns/gather.js";
import { datetimesOf } from "../columns/key-columns.js";
import type { ColumnData, ColumnSource, ColumnType } from "../columns/table.js";
import type { PanelIndex } from "./panel-index.js";

/** The datetime of every row as a column (type `datetime`), made when it is first read. */
export function datetimeColumn(index: PanelIndex): Column {
  return Column.from(new DatetimeSource(index));
}

class DatetimeSource implements ColumnSource {
  readonly type: ColumnType = "datetime";
  readonly length: number;
  constructor(readonly index: PanelIndex) {
    this.length = index.rowCount;
  }

  read(first: number, last: number): ColumnData {
    return { values: datetimesOf(this.index, first, last) };
  }

  gather(rows: Uint32Array): ColumnData {
    const sessions = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) sessions[i] = this.index.sessionOf(rows[i]!);
    return { values: gatherValues(this.index.datetimes, sessions) };
  }
}
