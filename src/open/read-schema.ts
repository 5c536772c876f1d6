import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import { readCached } from "../cache/cached-table.js";
import { identifySource } from "../cache/source-identity.js";
import type { ColumnSource, ColumnType } from "../columns/table.js";
import { openTable } from "../formats/open.js";

/** The columns of a table. */
export interface TableSchema {
  /** How errors name the table: the path as the caller gave it. */
  readonly label: string;
  readonly types: ReadonlyMap<string, ColumnType>;
  /** The group of a column that has a two-part name. */
  readonly groups: ReadonlyMap<string, string> | undefined;
}

/** A range without a session: formats that read rows when they open a file then read none. */
const NO_ROWS = { startNs: 2n ** 62n, endNs: -(2n ** 62n) };

/**
 * The columns of a file, or of its copy in the cache, without opening their cells or checking the keys. Of a CSV file,
 * whose every cell has a say in its column's type, and of columns that pandas pickled, the cells have to be read.
 * @throws DataServiceError what opening the file throws
 */
export async function readSchema(path: string, cache: CacheOption): Promise<TableSchema> {
  const use = cacheUse(path, cache);
  const source = use && identifySource(path, undefined);
  const table = (source && readCached(use.folder, source)) ?? (await openTable(path, NO_ROWS));
  return { label: path, types: typesOf(table.columns), groups: table.groups };
}

function typesOf(columns: ReadonlyMap<string, ColumnSource>): Map<string, ColumnType> {
  return new Map(Array.from(columns, ([name, { type }]) => [name, type]));
}
