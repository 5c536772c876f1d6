import type { FileTable, TableRequest } from "../../columns/table.js";
import { selectFields } from "../../names/field.js";
import { type CsvRequest, readCsvParts } from "./read.js";

/**
 * A CSV file with a header and two key columns (`findKeys`): times in any form of `parseTimeText`, and instruments, kept
 * as text (`000001` stays `000001`), without the blanks and `="…"` around them. Other columns are int64, uint64 (where int64
 * cannot hold them), float64, bool, datetime or string, by all their cells. The separator is the one the header has most
 * of. What is missing, a number or a bool is what pandas' read_csv takes for it, but for whole numbers that begin with a
 * zero, which stay text, and for bools and whole numbers with missing cells, which stay what they are. Packed files and
 * other encodings are recognised (`CsvFile`).
 * @throws DataServiceError corrupt, flat-index, unknown-field, unsupported
 */
export async function openCsv(path: string, request: CsvRequest): Promise<FileTable> {
  return readCsvParts([{ path }], path, request);
}

/** The rows of a CSV file, with the columns asked for. */
export type CsvRows = (request: TableRequest) => Promise<FileTable>;

/**
 * A CSV file for as long as `use` takes. Its text is read once; rows come from memory, however often they are asked for.
 * @param columns the most that are asked for; all when omitted
 * @throws DataServiceError as `openCsv`, and what `use` throws
 */
export async function withCsv<T>(
  path: string,
  columns: TableRequest["columns"],
  use: (rows: CsvRows) => Promise<T>,
): Promise<T> {
  const table = readCsvParts([{ path }], path, { columns });
  return use(async ({ columns: asked }) => {
    if (asked === undefined) return table;
    const names = new Set(selectFields(asked, table.columns, undefined, path).values());
    return { ...table, columns: new Map(Array.from(names, (name) => [name, table.columns.get(name)!])) };
  });
}
