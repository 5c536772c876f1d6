import { DataServiceError } from "../errors.js";
import { ArrowIpcWriter } from "../formats/arrow-ipc-write.js";
import type { ColumnSource, Progress } from "../formats/table.js";
import { type OpenOptions, openPanel } from "./open-panel.js";
import type { Panel } from "./panel.js";

/** Cells held in memory at a time: 128 MB of float32. */
const CELLS_AT_ONCE = 1 << 25;
/** Rows of a record batch. */
const BATCH_ROWS = 1 << 16;

/**
 * Writes a file whose format reads its cells into memory at once, such as Parquet, as an Arrow file, some sessions
 * at a time: the keys of all rows are held, the cells of a few. From the Arrow file any rows are read on demand.
 * @throws DataServiceError what opening `path` throws; changed where it does not stay the same meanwhile
 */
export async function spoolToArrow(
  path: string,
  target: string,
  options: OpenOptions,
  cellsAtOnce = CELLS_AT_ONCE,
): Promise<void> {
  const { index, info } = await openPanel(path, {
    ...options,
    columns: [],
    cache: false,
    onProgress: undefined,
  });
  const open = (first: number, last: number) => openSessions(path, options, index.datetimes, first, last);
  let part = await open(0, Math.min(1, index.sessionCount));
  let firstRow = 0;
  const columns = part.columnNames.map((name): [string, ColumnSource] => {
    const column = (): ColumnSource => part.column(name);
    const source: ColumnSource = {
      type: column().type,
      length: index.rowCount,
      read: (first, last) => column().read(first - firstRow, last - firstRow),
      gather: (rows) => column().gather(rows.map((row) => row - firstRow)),
    };
    return [name, source];
  });
  const writer = new ArrowIpcWriter(target, { keys: index, columns: new Map(columns), groups: info.groups });
  try {
    for (let s = 0; s < index.sessionCount; ) {
      const begin = s++;
      firstRow = index.startOf(begin);
      const most = firstRow + cellsAtOnce / Math.max(1, columns.length);
      while (s < index.sessionCount && index.startOf(s + 1) <= most) s++;
      part = await open(begin, s);
      const lastRow = index.startOf(s);
      if (part.rowCount !== lastRow - firstRow) {
        throw new DataServiceError("changed", `${path}: the file changed while it was read; start again`, {
          path,
        });
      }
      for (let first = firstRow; first < lastRow; first += BATCH_ROWS) {
        writer.write(first, Math.min(first + BATCH_ROWS, lastRow));
      }
      report(options.onProgress, lastRow, index.rowCount);
    }
    if (index.rowCount === 0) writer.write(0, 0);
    writer.finish();
  } finally {
    writer.close();
  }
}

function openSessions(
  path: string,
  options: OpenOptions,
  datetimes: BigInt64Array,
  first: number,
  last: number,
): Promise<Panel> {
  const range = last > first ? { start: datetimes[first]!, end: datetimes[last - 1]! } : {};
  return openPanel(path, { ...options, ...range, cache: false, onProgress: undefined });
}

function report(onProgress: OpenOptions["onProgress"], rows: number, totalRows: number): void {
  const progress: Progress = { rows, totalRows };
  onProgress?.(progress);
}
