import type { ColumnSource } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { ArrowIpcWriter } from "../formats/arrow/ipc-write.js";
import type { CsvRows } from "../formats/csv/open.js";
import { detectFormat } from "../formats/open.js";
import type { Panel } from "../panel/panel.js";
import { isInParts, type OpenOptions, openPanel, openPanelBy } from "./open-panel.js";

/** Cells held in memory at a time: 128 MB of float32. */
const CELLS_AT_ONCE = 1 << 25;
/** Rows of a record batch. */
const BATCH_ROWS = 1 << 16;

/**
 * Writes a file whose format reads its cells into memory at once, Parquet or CSV, as an Arrow file, some sessions at a
 * time: the keys of all rows are held, the cells of a few. From the Arrow file any rows are read on demand. The text
 * of a CSV file is read once, not for each part.
 * @throws DataServiceError what opening `path` throws; changed where it does not stay the same meanwhile
 */
export async function convertInParts(
  path: string,
  target: string,
  options: OpenOptions,
  cellsAtOnce = CELLS_AT_ONCE,
): Promise<void> {
  const { onProgress, ...own } = { ...options, cache: false };
  const write = (keys: Panel, open: OpenPart) =>
    writeParts(path, target, keys, open, cellsAtOnce, onProgress);
  const noCells = { ...own, columns: [] };
  if (isInParts(path) || detectFormat(path) !== "csv") {
    const keys = await openPanel(path, noCells);
    return write(keys, (range) => openPanel(path, { ...own, ...range }));
  }
  const { withCsv } = await import("../formats/csv/open.js");
  const convert = async (rows: CsvRows): Promise<void> => {
    const keys = await openPanelBy(path, noCells, ({ columns }) => rows({ columns })); // all are checked, as on opening
    return write(keys, (range) => openPanelBy(path, { ...own, ...range }, rows));
  };
  return withCsv(path, own.columns, convert);
}

/** Opens some sessions of a file, by its first and last datetime. */
type OpenPart = (range: { start?: bigint; end?: bigint }) => Promise<Panel>;

async function writeParts(
  path: string,
  target: string,
  { index }: Panel,
  openPart: OpenPart,
  cellsAtOnce: number,
  onProgress: OpenOptions["onProgress"],
): Promise<void> {
  const open = (first: number, last: number): Promise<Panel> =>
    openPart(last > first ? { start: index.datetimes[first]!, end: index.datetimes[last - 1]! } : {});
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
  const { groups } = part.info; // the keys were opened without columns
  const writer = new ArrowIpcWriter(target, { keys: index, columns: new Map(columns), groups });
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
        await writer.write(first, Math.min(first + BATCH_ROWS, lastRow));
      }
      onProgress?.({ rows: lastRow, totalRows: index.rowCount });
    }
    if (index.rowCount === 0) await writer.write(0, 0);
    await writer.finish();
  } finally {
    writer.close();
  }
}
